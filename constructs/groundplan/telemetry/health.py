"""When Argo CD may call a Kibana healthy, in Lua; it knows Elasticsearch and Logstash by itself.

See https://argo-cd.readthedocs.io/en/stable/operator-manual/health/ .
"""

from __future__ import annotations

KIBANA = """\
if obj.status == nil or obj.status.health == nil then
  return {status = "Progressing", message = "not looked at yet"}
end
if obj.status.observedGeneration ~= nil and obj.status.observedGeneration ~= obj.metadata.generation then
  return {status = "Progressing", message = "is being changed"}
end
if obj.status.health == "green" then
  return {status = "Healthy", message = ""}
end
return {status = "Progressing", message = "not all of its pods answer"}
"""
"""Green is when every pod answers."""

HEALTH = {"kibana.k8s.elastic.co/Kibana": KIBANA}
"""Kind, as Argo CD writes it, to when it is done."""
