"""Whom roles trust, beyond the kind of principal: which workflows, which pods, which sessions, and who uses a cluster's API."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from groundplan.checks.identity.landscape import Landscape
from groundplan.checks.inventory import Object
from groundplan.errors import Finding
from groundplan.model.environment import Environment
from groundplan.platforms.aws.effect.grants import EKS, IAM, PODS, Use, listed, trusted

DOCUMENT = ("spec", "assumeRolePolicyDocument")

AUDIENCE = "sts.amazonaws.com"
"""For whom a token is meant that AWS takes."""

POD = ("eks-cluster-name", "kubernetes-namespace", "kubernetes-service-account")
"""Tags of a session that the agent opens for a pod. See https://docs.aws.amazon.com/eks/latest/userguide/pod-id-abac.html ."""

NAMESPACE = "aws:RequestTag/esoNamespace"
"""Tag of a session that External Secrets Operator opens, with the namespace that it acts for."""

LEVELS: Mapping[str, frozenset[str]] = {
    "admin": frozenset({"AmazonEKSClusterAdminPolicy"}),
    "edit": frozenset({"AmazonEKSEditPolicy", "AmazonEKSViewPolicy"}),
    "view": frozenset({"AmazonEKSViewPolicy"}),
}
"""Level of access to the policies of a cluster's API that give no more.

AmazonEKSAdminViewPolicy reads Secrets, and is none of them. See https://docs.aws.amazon.com/eks/latest/userguide/access-policy-permissions.html .
"""

_SUBJECT = re.compile(r"^repo:(?P<repository>[^:*]+/[^:*]+):(?P<of>.+)$")
_OF = re.compile(r"^(?:ref:refs/heads/[^*]+|ref:refs/tags/.+|environment:[^*]+)$")


def too_far(land: Landscape, uses: Sequence[Use]) -> Iterator[Finding]:
    """Everything that trusts more than is declared or used."""
    for role in land.of(IAM, "Role"):
        for kind, name, statement in trusted(role):
            if kind == "Federated" and name.endswith("/token.actions.githubusercontent.com"):
                yield from _workflows(land, role, name.rpartition("oidc-provider/")[2], statement)
            elif (kind, name) == ("Service", PODS):
                yield from _pods(land, role, statement, uses)
            elif kind == "AWS":
                yield from _sessions(land, role, statement)
    for entry in land.of(EKS, "AccessEntry"):
        yield from _people(land, entry)


def _conditions(statement: Mapping[str, Any], key: str, *, exactly: bool = False) -> list[str]:
    """Values that a condition demands of a key; none where it demands nothing."""
    tests = ("StringEquals", "ArnEquals") if exactly else ("StringEquals", "StringLike", "ArnEquals", "ArnLike")
    told = statement.get("Condition") or {}
    return [value for test in tests for value in listed((told.get(test) or {}).get(key))]


def _workflows(land: Landscape, role: Object, issuer: str, statement: Mapping[str, Any]) -> Iterator[Finding]:
    """Workflows of the one repository, for AWS, on branches that are built, on tags, or in an environment."""
    if _conditions(statement, f"{issuer}:aud", exactly=True) != [AUDIENCE]:
        yield _finding(
            land, role, "audience", f"takes tokens that are not meant for {AUDIENCE}", "demand that audience"
        )
    subjects = _conditions(statement, f"{issuer}:sub")
    if not subjects:
        yield _finding(land, role, "subject-wide", "trusts every workflow of every repository", "demand a subject")
    chapters = [item.pipelines for item in land.context.environments.values() if item.system == role.system]
    repositories = {chapter.repository for chapter in chapters if chapter is not None}
    branches = {branch for chapter in chapters if chapter is not None for branch in chapter.branches}
    for subject in subjects:
        match = _SUBJECT.match(subject)
        if match is None or _OF.match(match["of"]) is None:
            message = f"trusts `{subject}`, which pull requests of anybody may be"
            yield _finding(land, role, "subject-wide", message, "name the branch, the tags or the environment")
        elif match["repository"] not in repositories:
            message = f"trusts workflows of {match['repository']}, which is not pipelines.repository"
            yield _finding(land, role, "subject-wide", message, "name that one")
        elif match["of"].startswith("ref:refs/heads/") and match["of"].removeprefix("ref:refs/heads/") not in branches:
            message = f"trusts a branch that is not built: `{subject}`"
            yield _finding(land, role, "subject-wide", message, "name one of pipelines.branches")


def _pods(land: Landscape, role: Object, statement: Mapping[str, Any], uses: Sequence[Use]) -> Iterator[Finding]:
    """Pods of the accounts that it is handed to, and no others, whoever hands it out."""
    handed = [use for use in uses if use.holder == (role.namespace, role.name) and use.account is not None]
    for use in handed:
        values = (_cluster_name(land, use), *(use.account or ()))
        for tag, value in zip(POD, values, strict=True):
            if not value:
                continue  # the cluster is somebody else's
            given = _conditions(statement, f"aws:RequestTag/{tag}", exactly=True)
            if given != [value]:
                said = f"is `{', '.join(given)}`" if given else "may be anything"
                message = f"is for pods whose {tag} is `{value}`, and trusts pods of which it {said}"
                yield _finding(land, role, "pods", message, f"demand aws:RequestTag/{tag}")


def _cluster_name(land: Landscape, use: Use) -> str:
    clusters = (item for item in land.of(EKS, "Cluster") if land.cluster_of(item.scope) == use.cluster)
    return next((str(item.spec.get("name", item.name)) for item in clusters), "")


def _sessions(land: Landscape, role: Object, statement: Mapping[str, Any]) -> Iterator[Finding]:
    """One other role, for no more namespaces than those whose stores read as this one."""
    if not _conditions(statement, "aws:PrincipalArn", exactly=True):
        yield _finding(land, role, "principal-wide", "trusts everybody of an account", "demand aws:PrincipalArn")
    readers = {item.namespace for item in land.of("external-secrets.io", "SecretStore") if _reads_as(item, role)}
    if not readers:
        return
    given = set(_conditions(statement, NAMESPACE, exactly=True))
    for namespace in sorted(given - readers):
        message = f"trusts sessions for {namespace}, where no store reads as it"
        yield _finding(land, role, "session", message, "remove the namespace")


def _reads_as(store: Object, role: Object) -> bool:
    providers = (store.spec.get("provider") or {}).values()
    return any(str(item.get("role", "")).endswith(f":role/{role.spec.get('name')}") for item in providers)


def _people(land: Landscape, entry: Object) -> Iterator[Finding]:
    """Whoever uses a cluster's API is declared, and may do what the level says."""
    principal = str(entry.spec.get("principalARN"))
    declared = [access for item in _here(land, entry) for access in _access(item) if access.principal == principal]
    if not declared:
        message = f"lets {principal} in, whom no environment names"
        yield land.inventory.finding(
            entry, ("spec", "principalARN"), "identity.person", message, "declare, or remove it"
        )
        return
    allowed = frozenset[str]().union(*(LEVELS[access.level] for access in declared))
    for index, item in enumerate(entry.spec.get("accessPolicies") or []):
        policy = str(item.get("policyARN")).rpartition("/")[2]
        if policy not in allowed:
            levels = ", ".join(sorted({access.level for access in declared}))
            message = f"gives {principal} {policy}, and the environment says {levels}"
            field = ("spec", "accessPolicies", index)
            yield land.inventory.finding(
                entry, field, "identity.person", message, f"write one of {', '.join(sorted(allowed))}"
            )


def _here(land: Landscape, entry: Object) -> list[Environment]:
    return [item for scope, item in land.context.environments.items() if scope == entry.scope]


def _access(environment: Environment) -> list[Any]:
    cloud = environment.platform.aws
    return list(cloud.access.values()) if cloud is not None else []


def _finding(land: Landscape, role: Object, rule: str, message: str, advice: str) -> Finding:
    return land.inventory.finding(role, DOCUMENT, f"identity.{rule}", message, advice)
