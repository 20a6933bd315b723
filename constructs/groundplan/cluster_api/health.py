"""When Argo CD may call an object of Cluster API healthy, in Lua.

See https://argo-cd.readthedocs.io/en/stable/operator-manual/health/ and https://cluster-api.sigs.k8s.io/reference/api/ .
"""

from __future__ import annotations

from groundplan.cluster_api.names import CLUSTER, CONTROL_PLANE, INFRASTRUCTURE

MACHINES = """\
hs = {status = "Progressing", message = "not looked at yet"}
wanted = {
  Cluster = {"Available"},
  KubeadmControlPlane = {"Available", "MachinesUpToDate"},
  MachineDeployment = {"Available", "MachinesUpToDate"}
}
if wanted[obj.kind] == nil then
  return {status = "Healthy", message = ""}
end
if obj.status == nil or obj.status.conditions == nil then
  return hs
end
if obj.status.observedGeneration ~= nil and obj.status.observedGeneration ~= obj.metadata.generation then
  return hs
end
found = {}
for _, condition in ipairs(obj.status.conditions) do
  found[condition.type] = condition
end
for _, name in ipairs(wanted[obj.kind]) do
  if found[name] == nil then
    return hs
  end
  if found[name].status ~= "True" then
    hs.message = found[name].message
    return hs
  end
end
return {status = "Healthy", message = ""}
"""
"""A cluster is healthy when it answers and its nodes are there; what is rolled out is healthy when no old machine is left."""

NETWORKS = """\
if string.find(obj.kind, "Template$") ~= nil or string.find(obj.kind, "Identity$") ~= nil then
  return {status = "Healthy", message = ""}
end
if obj.status ~= nil and obj.status.ready == true then
  return {status = "Healthy", message = ""}
end
return {status = "Progressing", message = "not ready yet"}
"""
"""What a platform makes for a cluster says itself when it is ready; templates and identities are nothing but text."""

PROVIDERS = """\
hs = {status = "Progressing", message = "not installed yet"}
if obj.status ~= nil and obj.status.conditions ~= nil then
  for _, condition in ipairs(obj.status.conditions) do
    if condition.type == "Ready" then
      if condition.status == "True" then
        return {status = "Healthy", message = ""}
      end
      hs.message = condition.message
    end
  end
end
return hs
"""
"""A provider is healthy when its controller runs."""

HEALTH = {
    f"{CLUSTER}/*": MACHINES,
    f"{CONTROL_PLANE}/*": MACHINES,
    f"{INFRASTRUCTURE}/*": NETWORKS,
    "operator.cluster.x-k8s.io/*": PROVIDERS,
}
"""Pattern of kinds, as Argo CD writes it, to when one is done."""
