"""Rights: over the Kubernetes API by roles and bindings, in a cloud by identities that pods are lent."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from groundplan.checks.identity.facts import facts
from groundplan.checks.identity.rights import Need, holds, reaches
from groundplan.checks.inventory import Object
from groundplan.requirements.ground import Ground
from groundplan.requirements.relations.asked import Asked, current

RBAC = "rbac.authorization.k8s.io"


def granted(subject: str, deed: str, place: str) -> bool:
    """Whether a ServiceAccount, or what somebody rents, may do what it has to in the cloud, by an identity it is lent.

    `deed` is one of those in `rights.yaml`, `place` a part of what it is done with: a bucket, a queue, a key of the vault.
    """
    return does(current(), subject, deed, place)


def does(asked: Asked, subject: str, deed: str, place: str) -> bool:
    """The same, for a relation that asks it on its way."""
    found = [
        need
        for needs in asked.ground.rights.book.needs.values()
        for need in needs
        if need.deed == deed and _is_about(need, subject) and any(place in where for where in need.on)
        if need.item.scope in asked.ground.scopes
    ]
    for need in found:
        asked.through(need.item, "asking")
    return meets(asked, found) if found else asked.no(f"{subject} does nothing that needs {deed} at {place}")


def meets(asked: Asked, needs: Sequence[Need]) -> bool:
    """Whether everything needed is granted, by chains without a gap; where words of needs want one of them, one is enough."""
    rights = asked.ground.rights
    choices: dict[str, list[Need]] = {}
    for number, need in enumerate(needs):
        choices.setdefault(need.instead or str(number), []).append(need)
    for some in choices.values():
        met = [need for need in some if rights.book.meets(need)]
        if not met:
            return asked.no(f"{some[0].why}, and nobody lets it {some[0].deed}")
        for need in met if len(met) == 1 else ():
            _by_whom(asked, need)
    gaps = {finding.location.file: finding for finding in rights.broken}
    gap = next((gaps[item.path] for item, _ in asked.trail if item.path in gaps), None)
    return gap is None or asked.no(f"{gap.location.file}: {gap.message}")


def _is_about(need: Need, subject: str) -> bool:
    """Whether a need is that of a ServiceAccount, or of what a rented object is called."""
    return need.account[1] == subject if need.account is not None else need.item.name == subject


def _by_whom(asked: Asked, need: Need) -> None:
    """What grants it, where that is one object; who lends the identity, and the identity's own object."""
    rights, words = asked.ground.rights, {word for one in facts().deeds[need.deed].enough for word in one}
    items = {
        id(grant.item): grant.item
        for grant in rights.book.grants.get(need.holder or ("", ""), ())
        if reaches(grant, need) and any(holds(grant.permissions, word) for word in words)
    }
    if len(items) == 1:
        asked.through(next(iter(items.values())), "grant")
    if need.account is not None:
        asked.through(rights.lender(asked.ground.place.name, need.account), "lender")
    asked.through(_trusting(asked, need), "trusting")


def _trusting(asked: Asked, need: Need) -> Object | None:
    """The role that is lent, which must trust whoever takes it."""
    holder = need.holder or ("", "")
    objects = asked.ground.inventory.objects
    return next((item for item in objects if item.kind == "Role" and (item.namespace, item.name) == holder), None)


def may(subject: str, verb: str, resource: str) -> bool:
    """Whether a ServiceAccount or group may do something to `<resource>.<group>` in the environment's namespace."""
    return permitted(current(), subject, verb, resource)


def permitted(asked: Asked, subject: str, verb: str, resource: str) -> bool:
    """The same, for a relation that asks it on its way."""
    ground = asked.ground
    for binding in _bindings(ground, subject):
        role = _role(ground, binding, binding.document["roleRef"])
        if role is not None and any(_permits(rule, verb, resource) for rule in role.document.get("rules", [])):
            asked.through(binding, "binding")
            asked.through(role, "role")
            return True
    return asked.no(f"{subject} may not {verb} {resource}")


def _bindings(ground: Ground, subject: str) -> Iterator[Object]:
    for kind in ("RoleBinding", "ClusterRoleBinding"):
        for item in ground.cluster.of_kind(RBAC, kind):
            named = any(entry.get("name") == subject for entry in item.document.get("subjects", []))
            if named and item.scope == ground.scope:
                yield item


def _role(ground: Ground, binding: Object, reference: Mapping[str, Any]) -> Object | None:
    place = binding.namespace if reference["kind"] == "Role" else ""
    for item in ground.cluster.of_kind(RBAC, reference["kind"]):
        if (item.namespace, item.name) == (place, reference["name"]):
            return item
    return None


def _permits(rule: Mapping[str, Any], verb: str, resource: str) -> bool:
    """See https://kubernetes.io/docs/reference/access-authn-authz/rbac/ ."""
    name, _, group = resource.partition(".")
    told = ((rule.get("verbs", []), verb), (rule.get("resources", []), name), (rule.get("apiGroups", []), group))
    return all(wanted in listed or "*" in listed for listed, wanted in told)
