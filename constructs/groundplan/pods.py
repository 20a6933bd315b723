"""Pieces of a pod: probes, spread, scratch space, resources."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from groundplan.kubernetes.objects import Json
from groundplan.model.cluster import Taint
from groundplan.model.containers import Amounts, Probe, Resources
from groundplan.model.values import whole_seconds
from groundplan.platforms.platform import MOUNT, PodIdentity
from groundplan.stores.answers import Handed as Handed  # whoever makes pods takes it from here

Taints = Mapping[str, Sequence[Taint]]
"""Node pool to the taints its nodes have."""

POOL_LABEL = "groundplan.dev/pool"
"""Node label that names the pool a node belongs to."""

ZONE_KEY = "topology.kubernetes.io/zone"
HOST_KEY = "kubernetes.io/hostname"


def amounts(value: Amounts, *, ephemeral_storage: str | None = None) -> Json:
    """CPU and memory as Kubernetes writes them."""
    result = {"cpu": value.cpu, "memory": value.memory}
    if ephemeral_storage is not None:
        result["ephemeral-storage"] = ephemeral_storage
    return result


def container_resources(resources: Resources) -> Json:
    """Requests and limits; of local disk there is only a limit, which Kubernetes then takes for the request too."""
    return {
        "requests": amounts(resources.requests),
        "limits": amounts(resources.limits, ephemeral_storage=resources.ephemeral_storage),
    }


def health_probe(probe: Probe, port: int | None) -> Json | None:
    """One check of the kubelet; None for a request to a workload without a port."""
    if probe.command:
        check: Json = {"exec": {"command": list(probe.command)}}
    elif port is not None:
        check = {"httpGet": {"path": probe.path, "port": port}}
    else:
        return None
    return {
        **check,
        "initialDelaySeconds": whole_seconds(probe.delay),
        "periodSeconds": whole_seconds(probe.period),
        "timeoutSeconds": whole_seconds(probe.timeout),
        "failureThreshold": probe.failures,
    }


def spread(labels: Mapping[str, str]) -> list[Json]:
    """Zones evenly, hosts as evenly as possible: losing one takes the smallest share of the pods.

    Zones are soft on purpose: with a zone gone, its pods must be allowed to start in another.
    See https://kubernetes.io/docs/concepts/scheduling-eviction/topology-spread-constraints/ .
    """
    return [
        {
            "maxSkew": 1,
            "topologyKey": key,
            "whenUnsatisfiable": "ScheduleAnyway",
            "labelSelector": {"matchLabels": dict(labels)},
        }
        for key in (ZONE_KEY, HOST_KEY)
    ]


def placement(name: str | None, taints: Taints) -> Json:
    """nodeSelector and tolerations that put a pod on the pool called `name`; empty for None.

    Args:
        name: the pool.
        taints: what the nodes of each pool are tainted with, by whoever made them too.
    """
    if name is None:
        return {}
    result: Json = {"nodeSelector": {POOL_LABEL: name}}
    if taints[name]:
        result["tolerations"] = [
            {"key": taint.key, "operator": "Equal", "value": taint.value, "effect": taint.effect}
            for taint in taints[name]
        ]
    return result


def scratch_volume(name: str, size: str = "64Mi") -> Json:
    """An empty directory of at most `size` that goes with the pod."""
    return {"name": name, "emptyDir": {"sizeLimit": size}}


def with_handed(spec: Json, handed: Sequence[Handed]) -> Json:
    """A pod's specification, in which every container finds what the stores it calls hand it."""
    for each in handed:
        mount = {"name": each.volume, "mountPath": each.directory, "readOnly": True}
        volume = {"name": each.volume, "projected": {"sources": list(each.sources)}}
        spec = _told(spec, each.variables, mount, volume)
    return spec


CREDENTIALS = "platform-credentials"
"""Name of the volume with the files of an identity."""


def with_identity(spec: Json, identity: PodIdentity | None) -> Json:
    """A pod's specification, in which every container finds the files of its identity; the same where it has none."""
    if identity is None or not identity.files:
        return spec
    mount = {"name": CREDENTIALS, "mountPath": MOUNT, "readOnly": True}
    return _told(spec, identity.variables, mount, {"name": CREDENTIALS, "projected": {"sources": list(identity.files)}})


def _told(spec: Json, values: Mapping[str, str], mount: Json, volume: Json) -> Json:
    """The specification with one volume more, which every container mounts, and variables that say so."""
    variables = [{"name": name, "value": value} for name, value in values.items()]

    def told(container: Json) -> Json:
        env = sorted([*container.get("env", []), *variables], key=lambda item: str(item["name"]))
        return {**container, "env": env, "volumeMounts": [*container.get("volumeMounts", []), mount]}

    lists: Json = {key: [told(item) for item in spec[key]] for key in ("initContainers", "containers") if key in spec}
    return {**spec, **lists, "volumes": [*spec.get("volumes", []), volume]}
