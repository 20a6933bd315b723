"""Rights over the Kubernetes API: who could take over a cluster with them, and who holds some without a use."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from groundplan.chart_facts import ChartFacts
from groundplan.chart_facts.rights import Role, Rule
from groundplan.checks.identity.facts import SOURCE, facts
from groundplan.checks.identity.landscape import Landscape, account_of
from groundplan.checks.identity.rights import Account
from groundplan.checks.inventory import Object
from groundplan.errors import Finding

RBAC = "rbac.authorization.k8s.io"
ANYBODY = frozenset({"system:anonymous", "system:authenticated", "system:unauthenticated"})
WRITES = ("create", "update", "patch", "delete")
READS = ("get", "list", "watch")


@dataclass(frozen=True, slots=True)
class Power:
    """A right with which its holder can get others."""

    name: str
    """What it is called in `rights.yaml`."""

    groups: tuple[str, ...]
    """API groups, one of which is enough."""

    resources: tuple[str, ...]
    """Resources, one of which is enough."""

    verbs: tuple[str, ...]
    """Verbs, one of which is enough."""

    by_name: bool = False
    """Whether it is one for single objects by name too. Default false."""

    def is_held_by(self, rule: Rule) -> bool:
        """Whether a rule of a role holds it."""
        if rule.names and not self.by_name:
            return False
        return (
            _meet(rule.groups, self.groups) and _meet(rule.resources, self.resources) and _meet(rule.verbs, self.verbs)
        )


EVERYTHING = "everything"
"""Every verb on every resource, which holds all the others."""

CHANGES = "change-everything"
"""Writing whatever there is, though not every verb."""

SEES = "read-secrets"

POWERS = (
    Power(SEES, ("",), ("secrets",), READS),
    Power("change-secrets", ("",), ("secrets",), ("create", "update", "patch", "delete")),
    Power("make-pods", ("",), ("pods", "replicationcontrollers"), ("create", "patch")),
    Power("make-pods", ("apps", "batch"), ("cronjobs", "daemonsets", "deployments", "replicasets", "statefulsets"), ("create", "update", "patch")),
    Power("make-pods", ("batch",), ("jobs",), ("create",)),
    Power("enter-pods", ("",), ("pods/attach", "pods/ephemeralcontainers", "pods/exec"), ("create", "get", "patch", "update")),
    Power("issue-tokens", ("",), ("serviceaccounts/token",), ("create",)),
    Power("change-roles", (RBAC,), ("clusterrolebindings", "clusterroles", "rolebindings", "roles"), ("create", "update", "patch", "escalate", "bind")),
    Power("act-as-others", ("",), ("groups", "serviceaccounts", "users"), ("impersonate",), by_name=True),
    Power("change-webhooks", ("admissionregistration.k8s.io",), ("mutatingwebhookconfigurations", "validatingwebhookconfigurations"), ("create", "update", "patch")),
    Power("reach-nodes", ("",), ("nodes/proxy",), ("create", "get")),
    Power("bring-applications", ("argoproj.io",), ("applications", "applicationsets", "appprojects"), ("create", "update", "patch")),
)  # fmt: skip
"""Each is a way to more: whoever makes pods takes any ServiceAccount of the namespace, and with it what it may do."""


def _meet(held: Sequence[str], wanted: Sequence[str]) -> bool:
    return "*" in held or any(word in held for word in wanted)


def powers_of(rules: Iterable[Rule]) -> frozenset[str]:
    """The powers that rules give together."""
    found: set[str] = set()
    for rule in rules:
        if "*" in rule.groups and "*" in rule.resources:
            if "*" in rule.verbs:
                return frozenset({EVERYTHING})
            found |= {CHANGES} if _meet(rule.verbs, WRITES) else set()
            found |= {SEES} if _meet(rule.verbs, READS) else set()
            continue
        found |= {power.name for power in POWERS if power.is_held_by(rule)}
    return frozenset(found)


def of_charts(land: Landscape) -> Iterator[Finding]:
    """Powers over a whole cluster that a chart gives its accounts and that nobody has written down."""
    held: dict[tuple[str, str], set[str]] = {}
    for release in land.inventory.releases:
        known = land.context.facts_of(release.application)
        chart = release.chart.rpartition("/")[2]
        for account, powers in _brought(known) if known is not None else ():
            declared = facts().powers.get(chart, {}).get(account)
            held.setdefault((chart, account), set()).update(powers)
            new = powers - (declared.powers if declared is not None else frozenset())
            if new:
                message = f"chart {chart} lets ServiceAccount {account} {_words(new)} in the whole cluster"
                advice = f"narrow it by the chart's values, or write it with its reason into {SOURCE}"
                yield land.inventory.finding(release.application, ("spec", "source"), "identity.power", message, advice)


def _brought(known: ChartFacts) -> Iterator[tuple[str, frozenset[str]]]:
    """ServiceAccounts of a chart with their powers over the whole cluster."""
    roles = {role.name: role for role in known.roles if role.kind == "ClusterRole"}
    rules: dict[str, list[Rule]] = {}
    for binding in known.bindings:
        role = roles.get(binding.role) if binding.kind == "ClusterRoleBinding" else None
        for subject in binding.subjects if role is not None else ():
            rules.setdefault(subject.name, []).extend(_with_aggregated(role, roles.values()) if role else ())
    for account, held in rules.items():
        powers = powers_of(held)
        if powers:
            yield account, powers


def _with_aggregated(role: Role, roles: Iterable[Role]) -> list[Rule]:
    taken = [other for other in roles for wanted in role.aggregates if wanted.items() <= other.labels.items()]
    return [rule for one in (role, *taken) for rule in one.rules]


def of_bindings(land: Landscape) -> Iterator[tuple[Object, Finding]]:
    """What rendered bindings give: to anybody, to an account that cannot use it, or more than is known to be needed."""
    tokens = _tokens(land)
    needed = _starters(land)
    for kind in ("ClusterRoleBinding", "RoleBinding"):
        for item in land.of(RBAC, kind):
            for index, subject in enumerate(item.document.get("subjects") or []):
                for finding in _of_subject(land, item, index, subject, tokens, needed):
                    yield item, finding


def _of_subject(
    land: Landscape,
    item: Object,
    index: int,
    subject: Mapping[str, str],
    tokens: frozenset[tuple[str, str, str]],
    needed: frozenset[tuple[str, str, str, str]],
) -> Iterator[Finding]:
    field = ("subjects", index)
    name = str(subject.get("name"))
    if name in ANYBODY or name == "system:masters":
        message = f"gives {item.document['roleRef']['name']} to {name}, which is anybody"
        yield land.inventory.finding(item, field, "identity.anybody", message, "name a ServiceAccount or a group")
        return
    if subject.get("kind") != "ServiceAccount":
        return
    account = (str(subject.get("namespace", item.namespace)), name)
    if (item.cluster, *account) not in tokens and not _is_made(land, item.cluster, account):
        message = f"gives rights to {'/'.join(account)}, and no pod carries a token of it"
        advice = "remove the binding, or mount the token where it is used"
        yield land.inventory.finding(item, field, "identity.unused", message, advice)
    powers = powers_of(_rules(land, item))
    if (item.cluster, *account, item.namespace) in needed:
        powers -= {"make-pods"}
    if powers:
        where = f"namespace {item.namespace}" if item.namespace else "the whole cluster"
        message = f"lets {'/'.join(account)} {_words(powers)} in {where}"
        yield land.inventory.finding(item, field, "identity.power", message, "grant less, or by name")


def _is_made(land: Landscape, cluster: str, account: Account) -> bool:
    return (cluster, *account) not in land.accounts and land.knows(cluster, account)


def _tokens(land: Landscape) -> frozenset[tuple[str, str, str]]:
    """ServiceAccounts that some rendered pod carries a token of, by cluster, namespace and name."""
    return frozenset(
        (item.cluster, *account_of(item, template))
        for item, template in land.pods
        if (template.get("spec") or {}).get("automountServiceAccountToken", True)
    )


def _starters(land: Landscape) -> frozenset[tuple[str, str, str, str]]:
    """Who starts Jobs: cluster, account, and the namespace they run in; making pods there is what it is for."""
    found: set[tuple[str, str, str, str]] = set()
    for scope, environment in land.context.environments.items():
        for job in environment.started_jobs.values():
            service = environment.services[job.started_by]
            account = service.service_account or job.started_by
            found.add((land.cluster_of(scope), environment.namespace, account, job.namespace))
    return frozenset(found)


def _rules(land: Landscape, item: Object) -> list[Rule]:
    reference = item.document.get("roleRef") or {}
    kind = str(reference.get("kind"))
    namespace = item.namespace if kind == "Role" else ""
    role = land.inventory.find(item.cluster, RBAC, kind, namespace, str(reference.get("name")))
    if role is None:
        return [Rule(("*",), ("*",), ("*",))] if reference.get("name") == "cluster-admin" else []
    return [
        Rule(
            tuple(rule.get("verbs", ())),
            tuple(rule.get("apiGroups", ())),
            tuple(rule.get("resources", ())),
            tuple(rule.get("resourceNames", ())),
        )
        for rule in role.document.get("rules") or []
    ]


def idle_tokens(land: Landscape) -> Iterator[Finding]:
    """Pods that carry a token with which they may do nothing."""
    bound = {
        (item.cluster, str(subject.get("namespace", item.namespace)), str(subject.get("name")))
        for kind in ("ClusterRoleBinding", "RoleBinding")
        for item in land.of(RBAC, kind)
        for subject in item.document.get("subjects") or []
    }
    for item, template in land.pods:
        place = (item.cluster, *account_of(item, template))
        if (template.get("spec") or {}).get("automountServiceAccountToken") and place not in bound:
            message = f"carries a token of {'/'.join(place[1:])}, which may do nothing"
            yield land.inventory.finding(item, ("spec",), "identity.idle-token", message, "do not mount it")


def _words(powers: Iterable[str]) -> str:
    return " and ".join(name.replace("-", " ") for name in sorted(powers))
