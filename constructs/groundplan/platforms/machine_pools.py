"""Nodes of a cluster that Cluster API makes, read from what is rendered, whoever's machines they are.

See https://cluster-api.sigs.k8s.io/user/concepts and, for what kubeadm runs, https://kubernetes.io/docs/reference/setup-tools/kubeadm/ .
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import yaml

from groundplan.cluster_api.names import BOOTSTRAP, CAPACITY, CLUSTER, CONTROL_PLANE, INFRASTRUCTURE, SIZE
from groundplan.facts.capacity import Amount
from groundplan.kubernetes.kinds import api_group
from groundplan.model.values import quantity
from groundplan.platforms.nodes import SERVED, Json, Nodes, PlatformPods, Pool, platform_pods
from groundplan.platforms.resources import data_of
from groundplan.pods import POOL_LABEL

PACKAGE = "groundplan.platforms"
PLANE_LABEL = "node-role.kubernetes.io/control-plane"
PLANE_TAINT = {"key": PLANE_LABEL, "value": "", "effect": "NoSchedule"}
GIBI = Decimal(2**30)
MOST_PODS = 110
"""Pods that the kubelet takes where nobody says otherwise."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Machine:
    """What one template makes."""

    type: str
    """The provider's machine type."""

    cpu: Decimal | None
    """Its cores; None where no table describes the type."""

    memory: Decimal = Decimal(0)
    """Bytes of memory that its system sees. Default none."""

    disk: Decimal = Decimal(0)
    """Gibibytes of its root disk. Default none."""

    volumes: int = 0
    """Disks it can carry beside its own; 0 where nobody counts. Default 0."""

    sustained: Decimal | None = None
    """Cores it may use all the time, where it saves up for bursts. Default all it has."""


ReadTemplate = Callable[[Json], Machine]
"""What a platform's template of machines makes."""


def machine_nodes(documents: Iterable[Json], machine_of: ReadTemplate) -> Nodes | None:
    """The nodes of the one cluster among the rendered documents of an environment; None where there is none."""
    items = [item for item in documents if api_group(str(item["apiVersion"])).endswith(CLUSTER)]
    planes = _of(items, CONTROL_PLANE, "KubeadmControlPlane")
    deployments = _of(items, CLUSTER, "MachineDeployment")
    if not planes or not deployments:
        return None
    found = [
        *(_plane(item, items, machine_of) for item in planes),
        *(_pool(item, items, machine_of) for item in deployments),
    ]
    return Nodes(
        pools=tuple(one for one in found if isinstance(one, Pool)),
        pods=_pods(),
        unknown=tuple(one for one in found if not isinstance(one, Pool)),
    )


def _pods() -> tuple[PlatformPods, ...]:
    return platform_pods(data_of(PACKAGE, "machine_pods.yaml")["pods"])


def _of(items: Iterable[Json], group: str, kind: str) -> list[Json]:
    return [item for item in items if (api_group(str(item["apiVersion"])), item["kind"]) == (group, kind)]


def _plane(item: Json, items: Sequence[Json], machine_of: ReadTemplate) -> Pool | tuple[str, str]:
    spec = item["spec"]
    machine = _machine(spec["machineTemplate"]["spec"]["infrastructureRef"], items, machine_of)
    if machine.cpu is None:
        return f"KubeadmControlPlane {item['metadata']['name']}", machine.type
    configuration = spec["kubeadmConfigSpec"]
    kubelet = kubelet_of(configuration)
    return Pool(
        name="control-plane",
        machine=machine.type,
        each=_left(machine, kubelet),
        pods=int(kubelet.get("maxPods", MOST_PODS)),
        fewest=int(spec["replicas"]),
        most=int(spec["replicas"]),
        surge=int(spec["rollout"]["strategy"]["rollingUpdate"]["maxSurge"]),
        zones=_zones(items),
        labels={PLANE_LABEL: ""},
        taints=tuple(
            (configuration.get("joinConfiguration", {}).get("nodeRegistration") or {}).get("taints") or [PLANE_TAINT]
        ),
        volumes=machine.volumes,
        sustained=machine.sustained,
        name_of_object=f"KubeadmControlPlane {item['metadata']['name']}",
        path=("spec", "replicas"),
        setting="cluster.cluster_api.control_plane.nodes",
        machine_setting="cluster.cluster_api.control_plane.instance",
    )


def _zones(items: Sequence[Json]) -> tuple[str, ...]:
    """Zones of the workers; the control plane is spread over the same."""
    zones = (item["spec"]["template"]["spec"].get("failureDomain") for item in _of(items, CLUSTER, "MachineDeployment"))
    return tuple(dict.fromkeys(str(zone) for zone in zones if zone))


def _pool(item: Json, items: Sequence[Json], machine_of: ReadTemplate) -> Pool | tuple[str, str]:
    spec, template = item["spec"], item["spec"]["template"]["spec"]
    name = str(item["metadata"]["name"])
    machine = _machine(template["infrastructureRef"], items, machine_of)
    if machine.cpu is None:
        return f"MachineDeployment {name}", machine.type
    configuration = _template(BOOTSTRAP, template["bootstrap"]["configRef"], items)["spec"]["template"]["spec"]
    kubelet = kubelet_of(configuration)
    registration = (configuration.get("joinConfiguration") or {}).get("nodeRegistration") or {}
    labels = dict(_labels(registration))
    pool = labels.get(POOL_LABEL, name)
    annotations: Mapping[str, str] = item["metadata"].get("annotations") or {}
    fewest, most = (annotations.get(SIZE.format(end)) for end in ("min", "max"))
    replicas = int(spec.get("replicas", 1))
    update = ((spec.get("rollout") or {}).get("strategy") or {}).get("rollingUpdate") or {}
    return Pool(
        name=name,
        machine=machine.type,
        each=_left(machine, kubelet),
        pods=int(kubelet.get("maxPods", MOST_PODS)),
        fewest=int(fewest) if fewest is not None else replicas,
        most=int(most) if most is not None else replicas,
        surge=int(update.get("maxSurge", 1)),
        zones=(str(template["failureDomain"]),) if template.get("failureDomain") else (),
        labels=labels,
        taints=tuple(registration.get("taints") or ()),
        volumes=machine.volumes,
        sustained=machine.sustained,
        name_of_object=f"MachineDeployment {name}",
        path=("metadata", "annotations", SIZE.format("max")) if most is not None else ("spec", "replicas"),
        setting=f"cluster.node_pools.{pool}.max",
        machine_setting=f"cluster.node_pools.{pool}.instance",
    )


def _machine(reference: Json, items: Sequence[Json], machine_of: ReadTemplate) -> Machine:
    return machine_of(_template(INFRASTRUCTURE, reference, items))


def _template(group: str, reference: Json, items: Sequence[Json]) -> Json:
    """The object a reference names; an empty one where it is not rendered, which the references gate says."""
    named = [item for item in _of(items, group, reference["kind"]) if item["metadata"]["name"] == reference["name"]]
    return named[0] if named else {"spec": {"template": {"spec": {}}}}


def kubelet_of(configuration: Json) -> Mapping[str, Any]:
    """What a machine's files tell its kubelet."""
    for file in configuration.get("files") or ():
        if "kubeletconfiguration" in str(file.get("path", "")):
            told: Mapping[str, Any] = yaml.safe_load(file.get("content") or "") or {}
            return told
    return {}


def _labels(registration: Json) -> Iterator[tuple[str, str]]:
    for flag in registration.get("kubeletExtraArgs") or ():
        if flag["name"] == "node-labels":
            for pair in str(flag["value"]).split(","):
                key, _, value = pair.partition("=")
                yield key, value


def _left(machine: Machine, kubelet: Mapping[str, Any]) -> Amount:
    """What a machine leaves to pods after what its kubelet keeps."""
    kept = Amount(Decimal(0), Decimal(0), Decimal(0))
    for owner in ("kubeReserved", "systemReserved"):
        one = kubelet.get(owner) or {}
        kept = kept + Amount(*(quantity(str(one.get(what, "0"))) for what in ("cpu", "memory", "ephemeral-storage")))
    evicted = quantity(str((kubelet.get("evictionHard") or {}).get("memory.available", "100Mi")))
    whole = Amount(machine.cpu or Decimal(0), machine.memory - evicted, machine.disk * GIBI * SERVED)
    return whole - kept


def promised(item: Json) -> Mapping[str, str]:
    """What the autoscaler is told of a machine of a MachineDeployment: `cpu`, `memory`, `maxPods`; empty where nothing is."""
    prefix = CAPACITY.format("")
    annotations: Mapping[str, str] = item["metadata"].get("annotations") or {}
    return {key.removeprefix(prefix): value for key, value in annotations.items() if key.startswith(prefix)}
