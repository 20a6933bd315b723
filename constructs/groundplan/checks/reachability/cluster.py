"""One cluster as the network sees it: rendered objects, what charts bring, and what operators are known to make."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from copy import copy
from functools import cached_property
from typing import Any

from groundplan.checks.catalogue import Catalogue, Labelled
from groundplan.checks.instances import Instances, owner_of
from groundplan.checks.inventory import Object
from groundplan.checks.reachability.chart_world import ChartWorld
from groundplan.checks.reachability.cloud import Surroundings
from groundplan.checks.reachability.pods import Led, Pods, led, numbers, of_workload
from groundplan.checks.selections import ByLabel, matches


class Cluster:
    """What of one cluster the network sees: pods, namespaces, Services and other rendered objects."""

    def __init__(
        self, objects: Iterable[Object], catalogue: Catalogue, around: Surroundings, charts: ChartWorld
    ) -> None:
        self.objects = tuple(objects)
        self._kinds: dict[tuple[str, str], list[Object]] = {}
        for item in self.objects:
            self._kinds.setdefault((item.group, item.kind), []).append(item)
        self.around = around
        self.charts = charts
        self.namespaces: Mapping[str, Mapping[str, str]] = catalogue.namespaces
        own = [pods for item in self.objects for pods in of_workload(item)]
        made = [
            _made(item, self._origin(item))
            for item in catalogue.pods
            if not item.name and item.labels and not _is_recorded(item, charts)
        ]
        self.pods = (*own, *charts.pods, *made)
        self._config_maps = {(item.namespace, item.name): item for item in self.of_kind("", "ConfigMap")}
        self._services = {(item.namespace, item.name): led(item) for item in self.of_kind("", "Service")}
        for service, _ in charts.services:
            self._services.setdefault((service.namespace, service.name), service)
        for known in catalogue.led:
            ports = {name: (number, number) for name, number in known.numbers.items()}
            self._services.setdefault(
                (known.namespace, known.name), Led(known.namespace, known.name, known.selects, ports)
            )

    def _origin(self, pods: Labelled) -> tuple[Instances, Object] | None:
        """The object that an operator makes these pods of."""
        found = owner_of(pods.labels)
        if found is None:
            return None
        known, name = found
        items = self.of_kind(known.group, known.kind)
        return next(((known, item) for item in items if (item.namespace, item.name) == (pods.namespace, name)), None)

    def replacing(self, old: Object, new: Object | None) -> Cluster:
        """The same cluster with one rendered object changed or gone; what charts and operators make stays as it was."""
        other = copy(self)
        other.__dict__.pop("_by_label", None)
        other.__dict__.pop("_rendered_services", None)
        other.objects = tuple(_replaced(self.objects, old, new))
        key = (old.group, old.kind)
        other._kinds = {**self._kinds, key: list(_replaced(self._kinds.get(key, ()), old, new))}
        own = tuple(of_workload(new)) if new is not None else ()
        other.pods = (*(pods for pods in self.pods if pods.origin is not old), *own)
        if key == ("", "ConfigMap"):
            other._config_maps = {(item.namespace, item.name): item for item in other.of_kind(*key)}
        if key == ("", "Service"):
            rendered = {(item.namespace, item.name): led(item) for item in other.of_kind(*key)}
            gone = (old.namespace, old.name)
            other._services = {place: led_ for place, led_ in self._services.items() if place != gone} | rendered
        return other

    def of_kind(self, group: str, kind: str) -> Iterator[Object]:
        """Rendered objects of one kind."""
        return iter(self._kinds.get((group, kind), ()))

    def workload(self, namespace: str, name: str) -> list[Pods]:
        """Pods of the rendered workload of that name."""
        return [pods for pods in self.pods if pods.namespace == namespace and pods.name == name]

    def program(self, name: str) -> list[Pods]:
        """Pods that carry a program's name, wherever they run."""
        return self.select(self.namespaces, {"app.kubernetes.io/name": name})

    def service(self, namespace: str, name: str) -> Led | None:
        """The Service of that name, be it rendered or made by an operator."""
        return self._services.get((namespace, name))

    def config_map(self, namespace: str, name: str) -> Object | None:
        """The rendered ConfigMap of that name."""
        return self._config_maps.get((namespace, name))

    def select(self, namespaces: Iterable[str], labels: Mapping[str, str], expressions: Any = ()) -> list[Pods]:
        """Pods with these labels in these namespaces."""
        wanted = set(namespaces)
        return [pods for pods in self._by_label.matching(labels, expressions) if pods.namespace in wanted]

    def pods_with(self, selector: Mapping[str, Any]) -> Iterator[Pods]:
        """Pods that a selector of the API means, wherever they run."""
        return self._by_label.matching(selector.get("matchLabels") or {}, tuple(selector.get("matchExpressions") or ()))

    def services_with(
        self, namespaces: Iterable[str], labels: Mapping[str, str], expressions: Any = ()
    ) -> Iterator[Led]:
        """Services with these labels in these namespaces, be they rendered or a chart's."""
        wanted = set(namespaces)
        for item in self._rendered_services.matching(labels, expressions):
            if item.namespace in wanted and (service := self.service(item.namespace, item.name)) is not None:
                yield service
        for service, own in self.charts.services:
            if service.namespace in wanted and matches(own, labels, expressions):
                yield service

    @cached_property
    def _by_label(self) -> ByLabel[Pods]:
        return ByLabel(self.pods, lambda pods: pods.labels)

    @cached_property
    def _rendered_services(self) -> ByLabel[Object]:
        return ByLabel(self.of_kind("", "Service"), lambda item: item.labels)

    def behind(self, service: Led, port: str | int | None = None) -> list[tuple[Pods, int]]:
        """Pods a Service leads to, each with the number of its port; of all ports unless one is named."""
        chosen = self.select([service.namespace], service.selector) if service.selector else []
        wanted = [
            target
            for name, (number, target) in service.ports.items()
            if port is None or str(port) in (str(number), name)
        ]
        return [(pods, number) for target in wanted for pods in chosen for number in numbers(pods, target)]


def _made(item: Labelled, origin: tuple[Instances, Object] | None) -> Pods:
    """Pods that something is known to make; those of a database stand where it says."""
    stand = origin[1].spec.get(origin[0].stand, {}) if origin is not None else {}
    return Pods(
        item.namespace,
        item.labels,
        ports=item.numbers,
        account=item.account,
        node_selector=stand.get("nodeSelector", {}),
        tolerations=tuple(stand.get("tolerations", ())),
    )


def _is_recorded(item: Labelled, charts: ChartWorld) -> bool:
    """Whether pods that are known by their labels are among those whose chart's facts are recorded."""
    return any(item.namespace == pods.namespace and item.labels.items() <= pods.labels.items() for pods in charts.pods)


def _replaced(objects: Iterable[Object], old: Object, new: Object | None) -> Iterator[Object]:
    for item in objects:
        if item is not old:
            yield item
        elif new is not None:
            yield new
