"""What one cluster holds: rendered objects, and what charts, operators and the platform are known to make."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from groundplan.addons.catalogue import catalogue as catalogue_of_add_ons
from groundplan.chart_facts import ChartFacts
from groundplan.checks.chart_objects import as_documents, made_by_chart
from groundplan.checks.inventory import MANAGEMENT_CLUSTER, HelmRelease, Identity, Inventory, Object, sources
from groundplan.checks.link import ANY_KIND, Selection
from groundplan.checks.made import Made, made_by
from groundplan.checks.own_charts import maker_of
from groundplan.checks.provided import KindMaker, KnownFlow, Maker, Provided
from groundplan.checks.selections import ByLabel, matches

POD_TEMPLATES: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("", "Pod"): (),
    ("apps", "DaemonSet"): ("spec", "template"),
    ("apps", "Deployment"): ("spec", "template"),
    ("apps", "ReplicaSet"): ("spec", "template"),
    ("apps", "StatefulSet"): ("spec", "template"),
    ("argoproj.io", "Rollout"): ("spec", "template"),
    ("batch", "CronJob"): ("spec", "jobTemplate", "spec", "template"),
    ("batch", "Job"): ("spec", "template"),
    ("keda.sh", "ScaledJob"): ("spec", "jobTargetRef", "template"),
}
"""Kinds that make pods, and where the template of the pods stands."""

LOOSE_KINDS: Mapping[str, str] = {
    "gateway": "internetgateway",
    "allocation": "elasticipaddress",
    "group": "securitygroup",
}
"""Fields of cloud objects whose name does not end in the kind they refer to."""


@dataclass(frozen=True, slots=True)
class Labelled:
    """Pods of one workload, or one Service, as selectors see them."""

    namespace: str
    """Namespace."""

    name: str
    """Name of the workload or Service, for messages."""

    labels: Mapping[str, str]
    """Labels."""

    ports: frozenset[str] | None
    """Ports by number and by name; None where any is taken on trust."""

    ports_matter: bool = True
    """False for containers that declare no port at all: Kubernetes lets them listen anyway. Default true."""

    numbers: Mapping[str, int] = field(default_factory=dict)
    """Ports by name, of what something is known to make. Default none."""

    selects: Mapping[str, str] = field(default_factory=dict)
    """Labels of the pods behind a Service that something is known to make. Default not known."""

    account: str = ""
    """ServiceAccount of pods that something is known to make. Default not known."""


class Catalogue:
    """Everything one cluster is known to hold."""

    def __init__(self, cluster: str) -> None:
        self.cluster = cluster
        self.parts: dict[Identity, frozenset[str] | None] = {}
        self._by_place: dict[tuple[str, str], list[Identity]] = {}
        self.pods: list[Labelled] = []
        self.services: list[Labelled] = []
        self.namespaces: dict[str, Mapping[str, str]] = {}
        self.apis: set[str] = set()
        self.led: list[Labelled] = []
        self.flows: list[tuple[KnownFlow, Mapping[str, Any]]] = []
        self._by_label: dict[str, tuple[int, ByLabel[Labelled]]] = {}

    def add_object(self, item: Object) -> None:
        """Take in a rendered object and the pods it makes."""
        document = item.document
        self._add(item.identity, _parts(item), item.labels)
        template = POD_TEMPLATES.get((item.group, item.kind))
        if template is not None:
            self._add_pods(item, _descend(document, template))
        if item.kind == "CustomResourceDefinition":
            self.apis.add(f"{item.spec['group']}/{item.spec['names']['kind']}")
        if item.kind == "ConstraintTemplate":
            self.apis.add(f"constraints.gatekeeper.sh/{item.spec['crd']['spec']['names']['kind']}")

    def add_made(self, made: Made) -> None:
        """Take in what something is known to make."""
        if made.kind == "Pod":
            self.pods.append(_labelled(made))
        else:
            self._add(Identity(made.group, made.kind, made.namespace, made.name), made.parts, made.labels)
            if made.selects:
                self.led.append(_labelled(made))

    def _add(self, identity: Identity, parts: frozenset[str] | None, labels: Mapping[str, str]) -> None:
        if identity not in self.parts:
            self._by_place.setdefault((identity.namespace, identity.name), []).append(identity)
        known = self.parts.get(identity, frozenset())
        self.parts[identity] = None if parts is None or known is None else parts | known
        if identity.group == "" and identity.kind == "Namespace":
            self.namespaces[identity.name] = {"kubernetes.io/metadata.name": identity.name, **labels}
        if identity.group == "" and identity.kind == "Service":
            self.services.append(Labelled(identity.namespace, identity.name, labels, parts))

    def _add_pods(self, item: Object, template: Mapping[str, Any]) -> None:
        spec = template.get("spec", {})
        ports: set[str] = set()
        for container in [*spec.get("containers", []), *spec.get("initContainers", [])]:
            for port in container.get("ports", []):
                ports |= {str(port["containerPort"]), *([port["name"]] if "name" in port else [])}
        labels = template.get("metadata", {}).get("labels", {})
        self.pods.append(Labelled(item.namespace, str(item), labels, frozenset(ports), ports_matter=bool(ports)))

    def serves(self, group: str, kind: str) -> bool:
        """Whether the API server of the cluster knows the kind."""
        return any(
            api in (group, f"{group}/{kind}", f"{group}/*") or (api.startswith("*") and group.endswith(api[1:]))
            for api in self.apis
        )

    def has(self, target: Identity) -> Identity | None:
        """The identity `target` resolves to; patterns in its group and kind match loosely."""
        if not target.group.startswith("*") and target.kind != ANY_KIND:
            return target if target in self.parts else None
        candidates = self._by_place.get((target.namespace, target.name), [])
        return next((known for known in candidates if _resolves(target, known)), None)

    def alike(self, target: Identity) -> Iterator[Identity]:
        """Objects of the same kind, for did-you-mean."""
        return (known for known in self.parts if known.kind == target.kind and known.group == target.group)

    def select(self, selection: Selection) -> list[Labelled]:
        """What `selection` picks."""
        namespaces = self._namespaces(selection)
        chosen = self._pool(selection.kind).matching(selection.labels, selection.expressions)
        return [item for item in chosen if item.namespace in namespaces]

    def _pool(self, kind: str) -> ByLabel[Labelled]:
        """What selectors of a kind choose from; made anew where something was added."""
        pool = self.pods if kind == "Pod" else self.services
        count, found = self._by_label.get(kind, (-1, None))
        if found is None or count != len(pool):
            found = ByLabel(pool, lambda item: item.labels)
            self._by_label[kind] = (len(pool), found)
        return found

    def _namespaces(self, selection: Selection) -> set[str]:
        if selection.namespaces is not None:
            return set(selection.namespaces)
        return {name for name, labels in self.namespaces.items() if matches(labels, selection.namespace_labels)}


def _labelled(made: Made) -> Labelled:
    return Labelled(
        made.namespace,
        made.name,
        made.labels,
        made.parts,
        numbers=made.numbers,
        selects=made.selects,
        account=made.account,
    )


FactsOf = Callable[[Object], ChartFacts | None]
"""What the chart of an Application brings; None where no facts of it are recorded."""


def catalogues(
    inventory: Inventory, provided: Provided, platforms: Mapping[str, Maker], facts_of: FactsOf = lambda _: None
) -> dict[str, Catalogue]:
    """One catalogue for each cluster of the inventory.

    Args:
        inventory: what is rendered.
        provided: what is taken on trust.
        platforms: what the platform of each cluster brings.
        facts_of: what charts bring; where it knows, nothing of a chart is taken on trust. Default nothing is known.
    """
    result: dict[str, Catalogue] = {}
    releases: dict[str, list[HelmRelease]] = {}
    for release in inventory.releases:
        releases.setdefault(release.cluster, []).append(release)
    makers: dict[tuple[str, str], list[KindMaker]] = {}
    for cluster, items in inventory.clusters.items():
        catalogue = result[cluster] = Catalogue(cluster)
        _add_makers(catalogue, provided, platforms.get(cluster, Maker()))
        for release in releases.get(cluster, []):
            _add_release(catalogue, provided, release, facts_of(release.application))
        for item in items:
            catalogue.add_object(item)
            _add_created_namespace(catalogue, item)
            kind = (item.group, item.kind)
            if kind not in makers:
                makers[kind] = [maker for maker in provided.kinds if _fits(maker.of, *kind)]
            for maker in makers[kind]:
                _add_all(catalogue, made_by(maker.objects, item.document))
                catalogue.flows += [(flow, item.document) for flow in maker.flows]
    return result


def _add_makers(catalogue: Catalogue, provided: Provided, platform: Maker) -> None:
    makers = [provided.always, platform]
    if catalogue.cluster == MANAGEMENT_CLUSTER:
        makers.append(provided.management)
    for maker in makers:
        catalogue.apis.update(maker.apis)
        _add_all(catalogue, made_by(maker.objects, {}))
        catalogue.flows += [(flow, {}) for flow in maker.flows]


def _add_release(catalogue: Catalogue, provided: Provided, release: HelmRelease, facts: ChartFacts | None) -> None:
    maker = maker_of(provided, release.application, release.chart)
    names = [source["helm"].get("releaseName") for source in sources(release.application.document) if "helm" in source]
    name = next((name for name in names if name), release.application.name)
    document = {"metadata": {"name": name, "namespace": release.namespace}, "values": release.values}
    catalogue.apis.update(maker.apis)
    for add_on in catalogue_of_add_ons().values():
        if add_on.chart == release.chart.rpartition("/")[2]:
            catalogue.apis.update(f"{group}/{kind}" for group, kind in add_on.defined_kinds)
    catalogue.flows += [(flow, document) for flow in maker.flows]
    if facts is None:
        _add_all(catalogue, made_by(maker.objects, document))
        return
    catalogue.apis.update(f"{group}/{kind}" for group, kind in facts.crds)
    _add_all(catalogue, made_by_chart(facts))
    for group, kind, brought in as_documents(facts):
        for known in provided.kinds:
            if _fits(known.of, group, kind):
                _add_all(catalogue, made_by(known.objects, brought))


def _add_all(catalogue: Catalogue, made: Iterable[Made]) -> None:
    for item in made:
        catalogue.add_made(item)


def _add_created_namespace(catalogue: Catalogue, item: Object) -> None:
    """`CreateNamespace=true`: Argo CD makes the destination's namespace."""
    if (item.group, item.kind) != ("argoproj.io", "Application"):
        return
    policy = item.spec.get("syncPolicy", {})
    if "CreateNamespace=true" in policy.get("syncOptions", []):
        labels = policy.get("managedNamespaceMetadata", {}).get("labels", {})
        name = item.spec.get("destination", {}).get("namespace", "")
        if name and name not in catalogue.namespaces:
            catalogue.add_made(Made("", "Namespace", "", name, labels, None))


def _fits(of: str, group: str, kind: str) -> bool:
    wanted_group, _, wanted = of.rpartition("/")
    same_group = wanted_group == group or (wanted_group.startswith("*") and group.endswith(wanted_group[1:]))
    return wanted in (kind, ANY_KIND) and same_group


def _parts(item: Object) -> frozenset[str] | None:
    """Keys of a ConfigMap or Secret, ports of a Service; None for kinds whose parts nobody refers to."""
    if item.group != "":
        return None
    if item.kind in ("ConfigMap", "Secret"):
        held = [item.document.get(field) or {} for field in ("data", "binaryData", "stringData")]
        return frozenset(key for mapping in held for key in mapping)
    if item.kind == "Service" and item.spec.get("type") != "ExternalName":
        ports = item.spec.get("ports", [])
        return frozenset(str(port[field]) for port in ports for field in ("port", "name") if field in port)
    return None


def _descend(document: Mapping[str, Any], path: tuple[str, ...]) -> Mapping[str, Any]:
    value: Any = document
    for step in path:
        value = value.get(step, {}) if isinstance(value, Mapping) else {}
    return value if isinstance(value, Mapping) else {}


def _resolves(target: Identity, known: Identity) -> bool:
    """Whether group and kind of `known` fit what the reference left open."""
    if not (known.group.endswith(target.group[1:]) if target.group.startswith("*") else known.group == target.group):
        return False
    wanted, kind = target.kind.lower(), known.kind.lower()
    return target.kind == ANY_KIND or wanted.endswith(kind) or kind == LOOSE_KINDS.get(wanted)
