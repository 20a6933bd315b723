"""When things come: which Application brings a name, a kind or a namespace into a cluster, and in which wave."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from groundplan.addons.catalogue import catalogue
from groundplan.checks.applications import Delivery, wave_of
from groundplan.checks.inventory import Identity, Inventory, Object, sources
from groundplan.checks.made import Made, made_by
from groundplan.checks.own_charts import defined, maker_of
from groundplan.checks.provided import KindMaker, Provided
from groundplan.layout import ARGOCD

CONSTRAINTS = "constraints.gatekeeper.sh"


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """One Application, or one object that a root brings itself: what waits, and what is waited for."""

    item: Object
    """The Application, or the object."""

    wave: int
    """Its sync wave."""

    @property
    def scope(self) -> str:
        """Environment whose root brings it; waves compare within one root only."""
        return self.item.scope


class Providers:
    """Every step of the tree, and what each brings."""

    def __init__(self, inventory: Inventory, provided: Provided) -> None:
        self.delivery = Delivery(inventory)
        self.names: dict[tuple[str, Identity], list[Step]] = defaultdict(list)
        self.kinds: dict[tuple[str, str, str], list[Step]] = defaultdict(list)
        self._steps: dict[Object, Step] = {}
        for item in inventory:
            self._add_object(item, provided)
        for release in inventory.releases:
            self._add_release(release.chart.rpartition("/")[2], release.application, provided)

    def definers(self, cluster: str, group: str, kind: str) -> list[Step]:
        """Who teaches the API server of `cluster` a kind, by its name or with all of its group."""
        return [*self.kinds.get((cluster, group, kind), ()), *self.kinds.get((cluster, group, "*"), ())]

    def step_of(self, item: Object) -> Step | None:
        """When `item` comes; None for what a person applies, and for what nobody brings."""
        if item.tree == ARGOCD.name:
            return None if item.component.startswith("root-") else self._step(item)
        owners = self.delivery.owners(item)
        return self._step(owners[0]) if owners else None

    def _step(self, item: Object) -> Step:
        return self._steps.setdefault(item, Step(item, wave_of(item)))

    def _add_object(self, item: Object, provided: Provided) -> None:
        step = self.step_of(item)
        if step is None:
            return
        self.names[item.cluster, item.identity].append(step)
        for made in _made(item, provided.kinds):
            self._add_made(item.cluster, made, step)
        for group, kind in defined_kinds(item):
            self.kinds[item.cluster, group, kind].append(step)
        if (item.group, item.kind) == ("argoproj.io", "Application") and creates_namespace(item):
            namespace = (item.spec.get("destination") or {}).get("namespace", "")
            self.names[item.cluster, Identity("", "Namespace", "", namespace)].append(step)

    def _add_release(self, chart: str, application: Object, provided: Provided) -> None:
        step = self.step_of(application)
        if step is None:
            return
        for add_on in catalogue().values():
            if add_on.chart == chart:
                for group, kind in add_on.defined_kinds:
                    self.kinds[application.cluster, group, kind].append(step)
        destination = application.spec.get("destination") or {}
        helm: Mapping[str, Any] = next(
            (source["helm"] for source in sources(application.document) if "helm" in source), {}
        )
        document = {
            "metadata": {
                "name": helm.get("releaseName", application.name),
                "namespace": destination.get("namespace", ""),
            },
            "values": helm.get("valuesObject") or {},
        }
        maker = maker_of(provided, application, chart)
        for group, kind in defined(maker):
            self.kinds[application.cluster, group, kind].append(step)
        for made in made_by(maker.objects, document):
            self._add_made(application.cluster, made, step)

    def _add_made(self, cluster: str, made: Made, step: Step) -> None:
        self.names[cluster, Identity(made.group, made.kind, made.namespace, made.name)].append(step)


def defined_kinds(item: Object) -> Iterator[tuple[str, str]]:
    """(API group, kind) that an object teaches the API server."""
    if item.kind == "CustomResourceDefinition":
        yield str(item.spec.get("group", "")), str((item.spec.get("names") or {}).get("kind", ""))
    elif item.kind == "ConstraintTemplate":
        crd = (item.spec.get("crd") or {}).get("spec") or {}
        yield CONSTRAINTS, str((crd.get("names") or {}).get("kind", ""))


def rendered_kinds(chart: str) -> Iterator[tuple[str, str]]:
    """(API group, kind) of what a chart renders, where the add-ons know it."""
    for add_on in catalogue().values():
        if add_on.chart == chart:
            yield from add_on.rendered_kinds


def creates_namespace(application: Object) -> bool:
    """Whether Argo CD makes the destination's namespace for an Application."""
    return "CreateNamespace=true" in ((application.spec.get("syncPolicy") or {}).get("syncOptions") or ())


def _made(item: Object, makers: list[KindMaker]) -> Iterator[Made]:
    for maker in makers:
        group, _, kind = maker.of.rpartition("/")
        fits = item.group.endswith(group[1:]) if group.startswith("*") else item.group == group
        if fits and kind in (item.kind, "*"):
            yield from made_by(maker.objects, item.document)
