"""What a cold start is played with: Applications and what each brings, charts as recorded, and who makes what."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from groundplan.chart_facts import ChartFacts
from groundplan.checks.applications import Delivery, wave_of
from groundplan.checks.delivery.applications import is_root
from groundplan.checks.gate import Context
from groundplan.checks.inventory import Identity, Inventory, Object
from groundplan.checks.link import ANY_KIND
from groundplan.checks.made import made_by
from groundplan.checks.own_charts import all_provided
from groundplan.checks.provided import KindMaker
from groundplan.checks.providers import creates_namespace
from groundplan.model.environment import Environment

APPLICATION = ("argoproj.io", "Application")
HOOK = "argocd.argoproj.io/hook"
PHASES: Mapping[str, int] = {"PreSync": -1, "Sync": 0, "PostSync": 1, "pre-install": -1, "pre-upgrade": -1,
                             "crd-install": -1, "post-install": 1, "post-upgrade": 1}  # fmt: skip
"""When a hook comes, before or after everything else of its Application; Argo CD takes Helm's for its own.

See https://argo-cd.readthedocs.io/en/stable/user-guide/helm/#helm-hooks .
"""

Turn = tuple[int, int]
"""Phase and wave within one Application."""


@dataclass(frozen=True)
class Scene:
    """Everything there is to play with."""

    inventory: Inventory
    """The rendered trees."""

    context: Context
    """The environments."""

    @cached_property
    def applications(self) -> tuple[Object, ...]:
        """Every Application, roots included."""
        return self.inventory.by_kind.get(APPLICATION, ())

    @cached_property
    def delivery(self) -> Delivery:
        """Who delivers what."""
        return Delivery(self.inventory)

    @cached_property
    def owner(self) -> Mapping[Object, Object]:
        """Object to the Application that brings it; what a person applies is not in it."""
        found: dict[Object, Object] = {}
        folders: dict[str, Object | None] = {}
        for item in self.inventory:
            if is_root(item):
                continue
            folder = item.path.rpartition("/")[0]
            if folder not in folders:
                folders[folder] = next(iter(self.delivery.owners(item)), None)
            owner = folders[folder]
            if owner is not None:
                found[item] = owner
        return found

    @cached_property
    def brings(self) -> Mapping[Object, list[Object]]:
        """Application to what it brings."""
        found: dict[Object, list[Object]] = {application: [] for application in self.applications}
        for item, application in self.owner.items():
            found[application].append(item)
        return found

    @cached_property
    def facts(self) -> Mapping[Object, ChartFacts]:
        """Application to what its chart brings, where that is recorded."""
        found = {}
        for application in {release.application: None for release in self.inventory.releases}:
            facts = self.context.facts_of(application)
            if facts is not None:
                found[application] = facts
        return found

    @cached_property
    def installed(self) -> Mapping[str, list[Object]]:
        """Cluster to the Applications of charts whose facts are recorded."""
        found: dict[str, list[Object]] = defaultdict(list)
        for application in self.facts:
            found[application.cluster].append(application)
        return found

    @cached_property
    def makers(self) -> Mapping[tuple[str, Identity], list[Object]]:
        """(cluster, identity) to the rendered objects of which something makes that object."""
        found: dict[tuple[str, Identity], list[Object]] = defaultdict(list)
        exact: dict[tuple[str, str], list[KindMaker]] = defaultdict(list)
        loose: list[tuple[str, str, KindMaker]] = []
        for maker in all_provided(self.context).kinds:
            group, _, kind = maker.of.rpartition("/")
            if group.startswith("*") or kind == ANY_KIND:
                loose.append((group.lstrip("*"), kind, maker))
            else:
                exact[group, kind].append(maker)
        for (group, kind), items in self.inventory.by_kind.items():
            fitting = exact.get((group, kind), []) + [
                maker for ending, wanted, maker in loose if group.endswith(ending) and wanted in (kind, ANY_KIND)
            ]
            for item in items if fitting else ():
                for maker in fitting:
                    for made in made_by(maker.objects, item.document):
                        identity = Identity(made.group, made.kind, made.namespace, made.name)
                        found[item.cluster, identity].append(item)
        return found

    @cached_property
    def brought(self) -> Mapping[tuple[str, Identity], list[Object]]:
        """(cluster, identity) to the Applications whose chart brings that object, or the Secret of a Certificate of it."""
        found: dict[tuple[str, Identity], list[Object]] = defaultdict(list)
        for application, facts in self.facts.items():
            for item in facts.objects:
                identity = Identity(item.group, item.kind, item.namespace, item.name)
                found[application.cluster, identity].append(application)
        return found

    @cached_property
    def namespace_makers(self) -> Mapping[tuple[str, str], list[Object]]:
        """(cluster, namespace) to the Applications for which Argo CD makes it."""
        found: dict[tuple[str, str], list[Object]] = defaultdict(list)
        for application in self.applications:
            if creates_namespace(application):
                found[application.cluster, destination_of(application)].append(application)
        return found

    @cached_property
    def namespaces(self) -> Mapping[tuple[str, str], Mapping[str, str]]:
        """(cluster, namespace) to its labels, as rendered or as Argo CD makes it."""
        found: dict[tuple[str, str], dict[str, str]] = {}
        for place, applications in self.namespace_makers.items():
            for application in applications:
                managed = application.spec["syncPolicy"].get("managedNamespaceMetadata") or {}
                found.setdefault(place, {}).update(managed.get("labels") or {})
        for item in self.inventory.by_kind.get(("", "Namespace"), ()):
            found.setdefault((item.cluster, item.name), {}).update(item.labels)
        for (_, name), labels in found.items():
            labels["kubernetes.io/metadata.name"] = name
        return found

    @cached_property
    def by_name(self) -> Mapping[tuple[str, str, str], list[Object]]:
        """(cluster, namespace, name) to objects, for references that leave the kind open."""
        found: dict[tuple[str, str, str], list[Object]] = defaultdict(list)
        for item in self.inventory.manifests:
            found[item.cluster, item.namespace, item.name].append(item)
        return found

    def environment_of(self, cluster: str) -> Environment | None:
        """The environment that has the cluster."""
        return self.context.environments.get(cluster)

    def argocd_of(self, application: Object) -> tuple[str, str]:
        """The Argo CD an Application lives in, by cluster and namespace."""
        return application.cluster, application.namespace

    def systems(self) -> Iterator[str]:
        """Names of the systems, the management cluster's first."""
        first = {self.context.environments[scope].system for scope in self.context.management}
        names = {environment.system for environment in self.context.environments.values()}
        return iter(sorted(names, key=lambda name: (name not in first, name)))


def turn_of(item: Object) -> Turn:
    """When an object comes within its Application."""
    hooks = [PHASES.get(hook.strip(), 0) for hook in str(item.annotations.get(HOOK, "Sync")).split(",")]
    return min(hooks), wave_of(item)


def phase_of(hook: str) -> int:
    """When a hook of a chart comes; 0 for what is none."""
    return min((PHASES.get(each.strip(), 0) for each in hook.split(",") if each.strip()), default=0)


def destination_of(application: Object) -> str:
    """Namespace an Application is synced into."""
    return str((application.spec.get("destination") or {}).get("namespace", ""))
