"""Argo CD's own rights: who signs in, what roles permit, and what a project lets its repositories reach.

See https://argo-cd.readthedocs.io/en/stable/operator-manual/rbac/ .
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from groundplan.checks.applications import Delivery, permits_destination, permits_kind
from groundplan.checks.identity.landscape import Landscape
from groundplan.checks.inventory import Identity, Object
from groundplan.errors import Finding, Severity

ARGO = "argoproj.io"
SETTINGS: Mapping[str, tuple[str, str]] = {
    "users.anonymous.enabled": ("false", "lets everybody in without signing in"),
    "exec.enabled": ("false", "opens shells in pods to whoever may use them"),
}
"""Keys of argocd-cm, what they must be, and what another value does; without a key the chart's default is safe."""

LOOKS = frozenset({"get"})
MANAGES = LOOKS | {"sync", "action/*"}
"""What roles may do with Applications: what is created, changed or deleted by hand Git does not know."""


def rights(land: Landscape) -> Iterator[Finding]:
    """Every fault of every Argo CD."""
    for item in land.of("", "ConfigMap"):
        if item.name == "argocd-cm" and "users.anonymous.enabled" in (item.document.get("data") or {}):
            yield from _settings(land, item)
        if item.name == "argocd-rbac-cm":
            yield from _policies(land, item)
    for project in land.of(ARGO, "AppProject"):
        yield from _roles(land, project)
        yield from _widens(land, project)


def _settings(land: Landscape, item: Object) -> Iterator[Finding]:
    data = item.document["data"]
    for key, (wanted, harm) in SETTINGS.items():
        if data.get(key, wanted) != wanted:
            yield land.inventory.finding(item, ("data", key), "identity.sign-in", f"{key} {harm}", f"write '{wanted}'")
    signs_in = "oidc.config" in data or "dex.config" in data
    if signs_in and data.get("admin.enabled") != "false":
        message = "keeps the built-in administrator beside single sign-on: one password that nobody owns"
        yield land.inventory.finding(item, ("data", "admin.enabled"), "identity.sign-in", message, "write 'false'")
    if signs_in and not str(data.get("url", "")).startswith("https://"):
        message = "signs people in, and does not say where they are sent back to"
        yield land.inventory.finding(item, ("data",), "identity.sign-in", message, "write `url`")
    if not signs_in:
        yield from _admin_alone(land, item)


def _admin_alone(land: Landscape, item: Object) -> Iterator[Finding]:
    """Without sign-on a group exists only on paper, and a production cluster has one administrator for everybody."""
    environment = land.context.environment_of(item)
    policies = land.inventory.find(item.cluster, "", "ConfigMap", item.namespace, "argocd-rbac-cm")
    named = _groups(policies) if policies is not None else []
    for group in named:
        message = f"gives group `{group}` rights, and nobody can be in a group: there is no single sign-on"
        advice = "write delivery.sign_in, or remove what names the group"
        yield land.inventory.finding(policies or item, ("data", "policy.csv"), "identity.sign-in", message, advice)
    if environment is not None and environment.stage == "production" and len(environment.namespaces) > 1:
        finding = land.inventory.finding(
            item, ("data", "admin.enabled"), "identity.sign-in", "the built-in administrator is everybody's only way in", "write delivery.sign_in"
        )  # fmt: skip
        yield Finding(
            finding.location, finding.rule, finding.subject, finding.message, finding.advice, Severity.WARNING
        )


def _lines(item: Object) -> list[list[str]]:
    text = str((item.document.get("data") or {}).get("policy.csv", ""))
    return [[word.strip() for word in line.split(",")] for line in text.splitlines() if line.strip()]


def _groups(item: Object) -> list[str]:
    return [words[1] for words in _lines(item) if words[0] == "g" and len(words) > 1]


def _policies(land: Landscape, item: Object) -> Iterator[Finding]:
    data = item.document.get("data") or {}
    if data.get("policy.default"):
        message = f"whoever signs in is {data['policy.default']}"
        yield land.inventory.finding(item, ("data", "policy.default"), "identity.policy", message, "write nothing")
    for words in _lines(item):
        if words[0] == "g" and words[-1] == "role:admin":
            message = f"makes `{words[1]}` administrator of everything"
            yield land.inventory.finding(
                item, ("data", "policy.csv"), "identity.policy", message, "use a project's role"
            )
        if words[0] == "p" and len(words) > 3 and words[3] not in LOOKS:
            message = f"lets {words[1]} {words[3]} {words[2]} beyond every project"
            yield land.inventory.finding(
                item, ("data", "policy.csv"), "identity.policy", message, "use a project's role"
            )


def _roles(land: Landscape, project: Object) -> Iterator[Finding]:
    for index, role in enumerate(project.spec.get("roles") or []):
        own = f"proj:{project.name}:{role.get('name')}"
        for number, policy in enumerate(role.get("policies") or []):
            words = [word.strip() for word in str(policy).split(",")]
            field = ("spec", "roles", index, "policies", number)
            if words[1:2] != [own] or not words[4:5] or not words[4].startswith(f"{project.name}/"):
                message = f"speaks of more than {own} and the project's own Applications"
                yield land.inventory.finding(project, field, "identity.policy", message, f"write `p, {own}, ...`")
            elif words[3] not in MANAGES:
                message = f"lets {role.get('name')} {words[3]} Applications, which Git does not know of"
                yield land.inventory.finding(project, field, "identity.policy", message, "permit get, sync, action/*")


def _widens(land: Landscape, project: Object) -> Iterator[Finding]:
    """A repository that is not the Argo CD's own may neither bring projects nor Applications of others' projects."""
    argo = (project.cluster, project.namespace)
    guests = [url for url in project.spec.get("sourceRepos") or [] if url not in _owners(land, project.cluster)]
    reaches = any(
        permits_destination(project, str(entry.get("server", "")), project.namespace)
        for entry in project.spec.get("destinations") or []
    )
    if not guests or not reaches:
        return
    place = project.namespace
    if permits_kind(project, Identity(ARGO, "AppProject", place, "any")):
        message = f"lets {guests[0]} bring projects to the Argo CD of {argo[0]}, and so whatever it likes"
        advice = "let the repository of that Argo CD bring projects, and nobody else"
        yield land.inventory.finding(
            project, ("spec", "namespaceResourceWhitelist"), "identity.widens", message, advice
        )
    elif permits_kind(project, Identity(ARGO, "Application", place, "any")):
        message = f"lets {guests[0]} bring Applications to {place}, where they may name any project"
        advice = "give them a namespace of their own, which one project lists in sourceNamespaces"
        yield land.inventory.finding(project, ("spec", "destinations"), "identity.widens", message, advice)


def _owners(land: Landscape, cluster: str) -> frozenset[str]:
    """Repositories of whoever has the cluster: his roots bring projects."""
    scopes = land.context.management if cluster == "management" else (cluster,)
    found = (land.context.environments.get(scope) for scope in scopes)
    return frozenset(item.delivery.repository.url for item in found if item is not None)


def judged(land: Landscape) -> int:
    """How many things there are to judge."""
    delivery = Delivery(land.inventory)
    settings = [item for item in land.of("", "ConfigMap") if item.name in ("argocd-cm", "argocd-rbac-cm")]
    return len(delivery.projects) + len(settings)
