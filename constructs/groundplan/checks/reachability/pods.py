"""The pods of one cluster: those of rendered workloads, and those that charts and operators are known to make."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from groundplan.checks.catalogue import POD_TEMPLATES, Catalogue
from groundplan.checks.inventory import Object
from groundplan.checks.reachability.surroundings import Surroundings
from groundplan.checks.selections import matches


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

    def __str__(self) -> str:
        shown = self.name or ", ".join(f"{key}={value}" for key, value in sorted(self.labels.items())) or "every pod"
        return f"{self.namespace}/{shown}"

    @property
    def uses_api(self) -> bool:
        """Whether they carry a token of the Kubernetes API."""
        return bool(self.template.get("spec", {}).get("automountServiceAccountToken", False))


class Cluster:
    """What of one cluster the network sees: pods, namespaces, Services and other rendered objects."""

    def __init__(self, objects: Iterable[Object], catalogue: Catalogue, around: Surroundings) -> None:
        self.objects = tuple(objects)
        self.around = around
        self.namespaces: Mapping[str, Mapping[str, str]] = catalogue.namespaces
        own = [pods for item in self.objects for pods in _of_workload(item)]
        made = [
            Pods(item.namespace, item.labels, ports=item.numbers, account=item.account)
            for item in catalogue.pods
            if not item.name and item.labels
        ]
        self.pods = (*own, *made)
        self._config_maps = {(item.namespace, item.name): item for item in self.of_kind("", "ConfigMap")}
        self._services = {(item.namespace, item.name): _led(item) for item in self.of_kind("", "Service")}
        for known in catalogue.led:
            ports = {name: (number, number) for name, number in known.numbers.items()}
            self._services.setdefault(
                (known.namespace, known.name), Led(known.namespace, known.name, known.selects, ports)
            )

    def of_kind(self, group: str, kind: str) -> Iterator[Object]:
        """Rendered objects of one kind."""
        return (item for item in self.objects if item.group == group and item.kind == kind)

    def workload(self, namespace: str, name: str) -> list[Pods]:
        """Pods of the rendered workload of that name."""
        return [pods for pods in self.pods if pods.namespace == namespace and pods.name == name]

    def service(self, namespace: str, name: str) -> Led | None:
        """The Service of that name, be it rendered or made by an operator."""
        return self._services.get((namespace, name))

    def config_map(self, namespace: str, name: str) -> Object | None:
        """The rendered ConfigMap of that name."""
        return self._config_maps.get((namespace, name))

    def select(self, namespaces: Iterable[str], labels: Mapping[str, str], expressions: Any = ()) -> list[Pods]:
        """Pods with these labels in these namespaces."""
        wanted = set(namespaces)
        return [pods for pods in self.pods if pods.namespace in wanted and matches(pods.labels, labels, expressions)]

    def behind(self, service: Led, port: str | int | None = None) -> list[tuple[Pods, int]]:
        """Pods a Service leads to, each with the number of its port; of all ports unless one is named."""
        chosen = self.select([service.namespace], service.selector) if service.selector else []
        wanted = [
            target
            for name, (number, target) in service.ports.items()
            if port is None or str(port) in (str(number), name)
        ]
        return [(pods, number) for target in wanted for pods in chosen for number in _numbers(pods, target)]


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


def _led(item: Object) -> Led:
    listed = item.spec.get("ports", [])
    ports = {
        entry.get("name", str(entry["port"])): (entry["port"], entry.get("targetPort", entry["port"]))
        for entry in listed
    }
    return Led(item.namespace, item.name, item.spec.get("selector") or {}, ports)


def _numbers(pods: Pods, port: str | int) -> list[int]:
    """The number of a port, which a container may have given a name."""
    if isinstance(port, int) or port.isdigit():
        return [int(port)]
    return [pods.ports[port]] if port in pods.ports else []


def _of_workload(item: Object) -> Iterator[Pods]:
    path = POD_TEMPLATES.get((item.group, item.kind))
    if path is None:
        return
    template: Any = item.document
    for key in path:
        template = template.get(key, {})
    labels = template.get("metadata", {}).get("labels", {})
    ports = dict(_declared(template.get("spec", {})))
    account = template.get("spec", {}).get("serviceAccountName", "default")
    yield Pods(item.namespace, labels, item.name, ports, template, item, account)


def _declared(spec: Mapping[str, Any]) -> Iterator[tuple[str, int]]:
    for container in [*spec.get("containers", []), *spec.get("initContainers", [])]:
        for port in container.get("ports", []):
            yield str(port["containerPort"]), port["containerPort"]
            if "name" in port:
                yield port["name"], port["containerPort"]
