"""Pods, and the Services that lead to them, as the network sees them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from groundplan.checks.catalogue import POD_TEMPLATES
from groundplan.checks.inventory import Object


@dataclass(frozen=True, slots=True, eq=False)
class Pods:
    """Pods that no policy can tell apart: those of one workload, or of one thing that is known to make pods."""

    namespace: str
    """Namespace."""

    labels: Mapping[str, str]
    """Labels."""

    name: str = ""
    """Name of the workload. Default none: they are known by their labels."""

    ports: Mapping[str, int] = field(default_factory=dict)
    """Ports they declare, by name and by number. Default none."""

    template: Mapping[str, Any] = field(default_factory=dict)
    """Their pod template. Default none: somebody else makes them."""

    origin: Object | None = None
    """The rendered workload. Default none."""

    account: str = ""
    """ServiceAccount. Default not known."""

    kind: str = ""
    """Kind of the workload. Default not known."""

    containers: tuple[str, ...] = ()
    """Names of their containers. Default not known."""

    host_network: bool = False
    """Whether they share their node's network, where policies do not apply. Default false."""

    node_selector: Mapping[str, str] = field(default_factory=dict)
    """Labels their nodes must have. Default any node."""

    tolerations: tuple[Mapping[str, Any], ...] = ()
    """Taints they stand. Default none."""

    def __str__(self) -> str:
        shown = self.name or ", ".join(f"{key}={value}" for key, value in sorted(self.labels.items())) or "every pod"
        return f"{self.namespace}/{shown}"

    @property
    def uses_api(self) -> bool:
        """Whether they carry a token of the Kubernetes API."""
        return bool(self.template.get("spec", {}).get("automountServiceAccountToken", False))


@dataclass(frozen=True, slots=True)
class Led:
    """A Service, as somebody who sends to it sees it."""

    namespace: str
    """Namespace."""

    name: str
    """Name."""

    selector: Mapping[str, str]
    """Labels of the pods behind it."""

    ports: Mapping[str, tuple[int, int | str]]
    """Its ports by name: the number that is asked, and the pods' port behind it."""


def led(item: Object) -> Led:
    """A rendered Service."""
    listed = item.spec.get("ports", [])
    ports = {
        entry.get("name", str(entry["port"])): (entry["port"], entry.get("targetPort", entry["port"]))
        for entry in listed
    }
    return Led(item.namespace, item.name, item.spec.get("selector") or {}, ports)


def numbers(pods: Pods, port: str | int) -> list[int]:
    """The number of a port, which a container may have given a name; none where no container knows it."""
    if isinstance(port, int) or port.isdigit():
        return [int(port)]
    return [pods.ports[port]] if port in pods.ports else []


def of_workload(item: Object) -> Iterator[Pods]:
    """The pods a rendered object makes; none for most kinds."""
    path = POD_TEMPLATES.get((item.group, item.kind))
    if path is None:
        return
    template: Any = item.document
    for key in path:
        template = template.get(key, {})
    labels, spec = template.get("metadata", {}).get("labels", {}), template.get("spec", {})
    yield Pods(
        item.namespace,
        labels,
        item.name,
        dict(_declared(spec)),
        template,
        item,
        spec.get("serviceAccountName", "default"),
        kind=item.kind,
        containers=tuple(container["name"] for container in spec.get("containers", [])),
        node_selector=spec.get("nodeSelector", {}),
        tolerations=tuple(spec.get("tolerations", ())),
    )


def _declared(spec: Mapping[str, Any]) -> Iterator[tuple[str, int]]:
    for container in [*spec.get("containers", []), *spec.get("initContainers", [])]:
        for port in container.get("ports", []):
            yield str(port["containerPort"]), port["containerPort"]
            if "name" in port:
                yield port["name"], port["containerPort"]
