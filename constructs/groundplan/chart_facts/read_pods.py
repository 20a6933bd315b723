"""From workloads, and from what operators make pods of, to the facts of pods."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from groundplan.chart_facts.pods import Claim, Container, ContainerPort, Pod, Probe, Volume
from groundplan.chart_facts.shapes import (
    Document,
    at,
    hook_of,
    labels_of,
    listed,
    mapping,
    name_of,
    namespace_of,
    texts,
    words,
)

TEMPLATES: Mapping[str, tuple[str, ...]] = {
    "CronJob": ("spec", "jobTemplate", "spec", "template"),
    "DaemonSet": ("spec", "template"),
    "Deployment": ("spec", "template"),
    "Job": ("spec", "template"),
    "ReplicaSet": ("spec", "template"),
    "StatefulSet": ("spec", "template"),
    "Pod": (),
}
"""Kinds that make pods, and where the template of the pods stands."""

SOURCES: Mapping[str, str] = {
    "secret": "secretName",
    "configMap": "name",
    "persistentVolumeClaim": "claimName",
    "hostPath": "path",
    "csi": "driver",
}
"""Kinds of volumes, and the field that names where they come from."""


def pod_of(document: Document, release: str) -> Pod | None:
    """The pods of a workload; None for a kind that makes none."""
    template_path = TEMPLATES.get(str(document["kind"]))
    if template_path is None or not str(document["apiVersion"]).startswith(("apps/", "batch/", "v1")):
        return None
    template = mapping(document, *template_path)
    spec = mapping(template, "spec")
    return Pod(
        api_version=str(document["apiVersion"]),
        kind=str(document["kind"]),
        namespace=namespace_of(document, release),
        name=name_of(document),
        containers=tuple(containers_of(spec)),
        labels=labels_of(template),
        annotations=_annotations(template),
        own_labels=labels_of(document),
        replicas=_replicas(document),
        strategy=_strategy(document),
        hook=hook_of(document),
        account=str(spec.get("serviceAccountName") or ""),
        token=at(spec, "automountServiceAccountToken"),
        host_network=bool(spec.get("hostNetwork")),
        host_pid=bool(spec.get("hostPID")),
        host_ipc=bool(spec.get("hostIPC")),
        security=mapping(spec, "securityContext"),
        priority=str(spec.get("priorityClassName") or ""),
        grace=int(spec.get("terminationGracePeriodSeconds", 30)),
        node_selector=words(spec, "nodeSelector"),
        tolerations=tuple(listed(spec, "tolerations")),
        affinity=mapping(spec, "affinity"),
        spread=tuple(listed(spec, "topologySpreadConstraints")),
        volumes=tuple(volumes_of(spec)),
        claims=tuple(claim_of(item) for item in listed(document, "spec", "volumeClaimTemplates")),
        pull_secrets=tuple(str(item.get("name")) for item in listed(spec, "imagePullSecrets")),
    )


def claim_of(document: Document, namespace: str = "") -> Claim:
    """A claim, of its own or a template."""
    spec = mapping(document, "spec")
    return Claim(
        name=name_of(document),
        size=str(at(spec, "resources", "requests", "storage") or ""),
        storage_class=at(spec, "storageClassName"),
        modes=texts(spec, "accessModes"),
        namespace=namespace,
    )


def _annotations(template: Document) -> dict[str, str]:
    """Check sums say that something changed, which its own facts say better."""
    return {key: text for key, text in words(template, "metadata", "annotations").items() if "checksum" not in key}


def _replicas(document: Document) -> int | None:
    if document["kind"] == "DaemonSet":
        return None
    field = "parallelism" if document["kind"] == "Job" else "replicas"
    found = at(document, "spec", field)
    return 1 if found is None else int(found)


def _strategy(document: Document) -> dict[str, Any]:
    field = "strategy" if document["kind"] == "Deployment" else "updateStrategy"
    strategy = mapping(document, "spec", field)
    own = {"type": strategy["type"]} if "type" in strategy else {}
    return {**own, **mapping(strategy, "rollingUpdate")}


def containers_of(spec: Document) -> Iterator[Container]:
    """Containers of a pod, in the order they start."""
    for item in listed(spec, "initContainers"):
        yield _container(item, initial=True)
    for item in listed(spec, "containers"):
        yield _container(item, initial=False)


def _container(item: Document, *, initial: bool) -> Container:
    return Container(
        name=str(item["name"]),
        image=str(item.get("image", "")),
        initial=initial,
        sidecar=initial and item.get("restartPolicy") == "Always",
        ports=tuple(_port(port) for port in listed(item, "ports")),
        requests=words(item, "resources", "requests"),
        limits=words(item, "resources", "limits"),
        security=mapping(item, "securityContext"),
        probes=tuple(_probes(item)),
        secrets=tuple(_variables_from(item, "secret")),
        config_maps=tuple(_variables_from(item, "configMap")),
        arguments=_arguments(item),
        literals=tuple(sorted(str(each["name"]) for each in listed(item, "env") if each.get("value"))),
    )


def _arguments(item: Document) -> tuple[str, ...]:
    return tuple(word for field in ("command", "args") for word in texts(item, field) if "\n" not in word)


def _port(port: Document) -> ContainerPort:
    return ContainerPort(
        number=int(port["containerPort"]),
        name=str(port.get("name", "")),
        protocol=str(port.get("protocol", "TCP")),
        host=int(port.get("hostPort", 0)),
    )


def _probes(item: Document) -> Iterator[Probe]:
    for purpose in ("liveness", "readiness", "startup"):
        probe = mapping(item, f"{purpose}Probe")
        for action in ("httpGet", "tcpSocket", "grpc", "exec"):
            if action in probe:
                asked = mapping(probe, action)
                yield Probe(purpose, action, str(asked.get("port", "")), str(asked.get("path", "")))


def _variables_from(item: Document, kind: str) -> list[str]:
    """Names of the Secrets or ConfigMaps that variables come from."""
    sources = [mapping(each, f"{kind}Ref") for each in listed(item, "envFrom")]
    sources += [mapping(each, "valueFrom", f"{kind}KeyRef") for each in listed(item, "env")]
    return sorted({f"{source['name']}{'?' if source.get('optional') else ''}" for source in sources if source})


def volumes_of(spec: Document) -> Iterator[Volume]:
    """Volumes of a pod; a projected one also stands for each Secret and ConfigMap in it."""
    for item in listed(spec, "volumes"):
        kind = next((key for key in item if key != "name"), "emptyDir")
        source = mapping(item, kind)
        name = str(item["name"])
        yield Volume(
            name=name,
            kind=kind,
            source=str(source.get(SOURCES.get(kind, ""), "")),
            optional=bool(source.get("optional")),
            size=str(source.get("sizeLimit") or "") if kind == "emptyDir" else "",
        )
        for part in listed(source, "sources"):
            for inner in ("secret", "configMap"):
                if inner in part:
                    yield Volume(name, inner, str(at(part, inner, "name") or ""), bool(at(part, inner, "optional")))
