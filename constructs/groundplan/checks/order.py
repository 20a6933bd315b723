"""The order gate: sync waves are a topological order, so that an empty cluster fills up without help.

Argo CD starts a wave when the one before is healthy. Something that needs a later wave therefore waits for ever, and
something that needs its own wave only converges where Kubernetes keeps trying: a pod waits for its Secret, but an
object of an unknown kind is refused. Waves compare within one root; a host's root is synced before its tenants',
and the management cluster's own before every system's share of it.
See https://argo-cd.readthedocs.io/en/stable/user-guide/sync-waves/ .
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from groundplan.checks.applications import WAVE, Delivery, wave_of
from groundplan.checks.gate import Context, Verdict
from groundplan.checks.inventory import MANAGEMENT_CLUSTER, Identity, Inventory, Object, sources
from groundplan.checks.links import links
from groundplan.checks.own_charts import all_provided
from groundplan.checks.providers import CONSTRAINTS, Providers, Step, creates_namespace, rendered_kinds
from groundplan.errors import Finding
from groundplan.layout import ARGOCD
from groundplan.yaml.marked import YamlPath

HARD: frozenset[tuple[str, str]] = frozenset(
    {
        ("", "Namespace"),
        ("argoproj.io", "AppProject"),
        ("node.k8s.io", "RuntimeClass"),
        ("scheduling.k8s.io", "PriorityClass"),
        ("storage.k8s.io", "StorageClass"),
    }
)
"""Kinds without which the API server refuses what refers to them, or a default takes their place for good."""

PATIENT = frozenset({"ClusterRoleBinding", "NetworkPolicy", "RoleBinding"})
"""Kinds that are healthy although what they refer to comes later."""

HEALTH = "resource.customizations.health.argoproj.io_Application"
"""Key of argocd-cm that lets one Application wait for the health of another."""

SKIP_DRY_RUN = "SkipDryRunOnMissingResource=true"


class Need(NamedTuple):
    """Something a step needs."""

    what: str
    """What it is, for the message."""

    steps: Sequence[Step]
    """Who brings it."""

    hard: bool
    """Whether it must be there before, and not only in the same wave."""

    item: Object
    """The object that needs it."""

    field: YamlPath
    """Where it says so."""


class Earlier(NamedTuple):
    """Roots that a person applies before others, so that everything of theirs is there first."""

    hosts: dict[str, str]
    """Tenant to the environment that has its cluster."""

    management: frozenset[str]
    """Environments that describe the management cluster."""

    def whole_root(self, other: Step, step: Step) -> bool:
        """Whether the root of `other` is synced before the one of `step`."""
        is_cloud = step.item.cluster == MANAGEMENT_CLUSTER and step.scope not in self.management
        return self.hosts.get(step.scope) == other.scope or (is_cloud and other.scope in self.management)


def run(inventory: Inventory, context: Context) -> Verdict:
    """Judge every object against the wave of everything it needs."""
    hosts = {
        scope: f"{environment.system}/{environment.host}"
        for scope, environment in context.environments.items()
        if environment.host
    }
    earlier = Earlier(hosts, frozenset(context.management))
    providers = Providers(inventory, all_provided(context))
    findings = [*_waves(inventory), *_health(inventory), *_constraints(inventory, providers)]
    told: set[tuple[Object, str]] = set()
    for item in inventory:
        step = providers.step_of(item)
        if step is None:
            continue
        for need in _needs(item, step, providers):
            late = _late(need, step, earlier)
            if late is not None and (step.item, need.what) not in told:
                told.add((step.item, need.what))
                findings.append(_finding(inventory, need, step, late))
    return Verdict(len(inventory.objects), tuple(findings))


def _needs(item: Object, step: Step, providers: Providers) -> Iterator[Need]:
    yield from _namespace(item, step, providers)
    yield from _kinds(item, providers)
    for link in links(item.document):
        if link.optional or item.kind in PATIENT:
            continue
        steps = providers.names.get((item.cluster, link.target), ())
        hard = (link.target.group, link.target.kind) in HARD
        yield Need(str(link.target), steps, hard, item, link.field)


def _namespace(item: Object, step: Step, providers: Providers) -> Iterator[Need]:
    """The namespace must exist, unless the Application makes it."""
    application = step.item
    if application.kind != "Application":
        return
    is_chart = item is application and any("chart" in source for source in sources(item.document))
    destination = str((application.spec.get("destination") or {}).get("namespace", ""))
    namespace = destination if is_chart else "" if item is application else item.namespace
    if not namespace or (namespace == destination and creates_namespace(application)):
        return
    identity = Identity("", "Namespace", "", namespace)
    steps = providers.names.get((item.cluster, identity), ())
    yield Need(str(identity), steps, True, item, ("metadata", "namespace"))


def _kinds(item: Object, providers: Providers) -> Iterator[Need]:
    """The API server must know the kind; and a chart's kinds, where they are known."""
    wanted: list[tuple[str, str, YamlPath]] = []
    if item.tree != ARGOCD.name:
        wanted.append((item.group, item.kind, ("kind",)))
    elif item.kind == "Application":  # its own kind was there first: a person installs Argo CD
        charts = [str(source["chart"]).rpartition("/")[2] for source in sources(item.document) if "chart" in source]
        wanted += [(*pair, ("spec", "source", "chart")) for chart in charts for pair in rendered_kinds(chart)]
    for group, kind, field in wanted:
        steps = providers.definers(item.cluster, group, kind)
        yield Need(f"the definition of {group}/{kind}", steps, True, item, field)


def _late(need: Need, step: Step, earlier: Earlier) -> Step | None:
    """The earliest step that brings it, where even that is too late; None where all is well or nobody brings it."""
    if not need.steps or any(_in_time(other, step, earlier, hard=need.hard) for other in need.steps):
        return None
    return min(need.steps, key=lambda other: other.wave)


def _in_time(other: Step, step: Step, earlier: Earlier, *, hard: bool) -> bool:
    if other is step:
        return True
    if other.scope != step.scope:
        return earlier.whole_root(other, step)
    return other.wave < step.wave or (other.wave == step.wave and not hard)


def _finding(inventory: Inventory, need: Need, step: Step, late: Step) -> Finding:
    if late.scope != step.scope:
        message = f"needs {need.what}, which {late.item} of {late.scope} brings, and no wave spans two roots"
        advice = f"render it in {step.scope} or in its host"
    else:
        message = f"needs {need.what}, which {late.item} brings in wave {late.wave}, not before wave {step.wave}"
        advice = f"bring it in wave {step.wave - 1 if need.hard else step.wave} or earlier, or move this later"
    return inventory.finding(need.item, need.field, "order", message, advice)


def _waves(inventory: Inventory) -> Iterator[Finding]:
    for item in inventory:
        text = item.annotations.get(WAVE)
        if text is not None and not str(text).lstrip("-").isdigit():
            yield inventory.finding(item, ("metadata", "annotations", WAVE), "order.wave",
                                    f"`{text}` is not a wave", "write a whole number in quotes")  # fmt: skip


def _constraints(inventory: Inventory, providers: Providers) -> Iterator[Finding]:
    """Gatekeeper makes the kind of a constraint from its template, so within one Application the template comes first."""
    for item in inventory:
        step = providers.step_of(item)
        if item.group != CONSTRAINTS or step is None:
            continue
        template = inventory.find(item.cluster, "templates.gatekeeper.sh", "ConstraintTemplate", "", item.kind.lower())
        if template is None or providers.step_of(template) is not step:
            continue
        if wave_of(template) >= wave_of(item):
            yield inventory.finding(item, ("metadata", "annotations"), "order.constraint",
                                    f"comes in wave {wave_of(item)} of its Application, its template in {wave_of(template)}",
                                    f"give it {WAVE} {wave_of(template) + 1} or more")  # fmt: skip
        options = (step.item.spec.get("syncPolicy") or {}).get("syncOptions") or ()
        own = str(item.annotations.get("argocd.argoproj.io/sync-options", ""))
        if SKIP_DRY_RUN not in options and SKIP_DRY_RUN not in own.split(","):
            yield inventory.finding(item, ("metadata", "annotations"), "order.constraint",
                                    "is tried out before its kind exists", f"add the sync option {SKIP_DRY_RUN}")  # fmt: skip


def _health(inventory: Inventory) -> Iterator[Finding]:
    """Without the health check every Application counts as healthy at once, and no wave waits for another."""
    by_argocd: dict[tuple[str, str], list[Object]] = {}
    delivery = Delivery(inventory)
    for item in delivery.applications:
        by_argocd.setdefault(delivery.argo_cd_of(item), []).append(item)
    for (cluster, namespace), applications in by_argocd.items():
        if len({wave_of(item) for item in applications}) < 2 or _waits(inventory, cluster, namespace):
            continue
        first = min(applications, key=lambda item: (not item.component.startswith("root-"), item.path))
        yield inventory.finding(
            first, (), "order.health",
            f"waves between Applications mean nothing in the Argo CD in {namespace} of {cluster}: argocd-cm has no `{HEALTH}`",
            "bring an argocd-cm with that health check into that namespace in the first wave",
        )  # fmt: skip


def _waits(inventory: Inventory, cluster: str, namespace: str) -> bool:
    """Whether the Argo CD in that namespace is given the health check, by an object or by its chart's values."""
    found = inventory.find(cluster, "", "ConfigMap", namespace, "argocd-cm")
    if found is not None and (found.document.get("data") or {}).get(HEALTH):
        return True
    return any(
        (release.cluster, release.namespace) == (cluster, namespace)
        and ((release.values.get("configs") or {}).get("cm") or {}).get(HEALTH)
        for release in inventory.releases
    )
