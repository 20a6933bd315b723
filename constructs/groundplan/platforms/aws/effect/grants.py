"""What IAM roles may do and whom they trust; which objects hand a role to whom."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from groundplan.checks.identity.landscape import Landscape
from groundplan.checks.identity.rights import EVERYTHING, Account, Grant, Holder
from groundplan.checks.inventory import Object
from groundplan.errors import Finding
from groundplan.kubernetes.namespaces import KUBE_SYSTEM
from groundplan.yaml.marked import YamlPath

IAM = "iam.services.k8s.aws"
EKS = "eks.services.k8s.aws"
PODS = "pods.eks.amazonaws.com"
DOCUMENTS = ("assumeRolePolicyDocument", "policyDocument")


@dataclass(frozen=True, slots=True, eq=False)
class Use:
    """An object that hands a role to somebody."""

    holder: Holder
    """The role."""

    principal: str
    """The service that takes it, as trust policies write it."""

    item: Object
    """The object."""

    field: YamlPath
    """Where it names the role."""

    account: Account | None = None
    """The ServiceAccount whose pods get it. Default none: no pods do."""

    cluster: str = ""
    """The cluster those run on. Default none."""


def statements(item: Object, field: str) -> list[Mapping[str, Any]]:
    """The statements of a policy document; none where it is not there or is not JSON."""
    return list(_statements(str(item.spec.get(field) or "{}")))


@lru_cache(maxsize=4096)
def _statements(text: str) -> tuple[Mapping[str, Any], ...]:
    try:
        found = json.loads(text).get("Statement", [])
    except (ValueError, AttributeError):
        return ()
    return tuple(entry for entry in ([found] if isinstance(found, Mapping) else found) if isinstance(entry, Mapping))


def listed(value: Any) -> list[str]:
    """A field of a statement as the list it may stand for."""
    return [str(item) for item in value] if isinstance(value, list) else [] if value is None else [str(value)]


def grants(land: Landscape) -> Iterator[Grant]:
    """Every permission of every role: its policies' statements, and those policies that AWS keeps by their names."""
    for role in land.of(IAM, "Role"):
        holder = (role.namespace, role.name)
        for index, arn in enumerate(role.spec.get("policies") or []):
            field: YamlPath = ("spec", "policies", index)
            yield Grant(holder, (str(arn).rpartition("/")[2],), EVERYTHING, role, field)
        for reference in role.spec.get("policyRefs") or []:
            policy = land.refers(role, reference.get("from") or {}, IAM, "Policy")
            if policy is not None:
                yield from _of_policy(holder, policy)


def _of_policy(holder: Holder, policy: Object) -> Iterator[Grant]:
    for statement in statements(policy, "policyDocument"):
        if statement.get("Effect") == "Allow":
            actions = tuple(listed(statement.get("Action")))
            bounded = bool(statement.get("Condition"))
            for resource in listed(statement.get("Resource")):
                yield Grant(holder, actions, resource, policy, ("spec", "policyDocument"), bounded, could_name=True)


def uses(land: Landscape) -> Iterator[Use]:
    """Every object that hands a role to somebody, by the kind's own field."""
    for item in land.of(EKS, "PodIdentityAssociation"):
        account = (str(item.spec.get("namespace")), str(item.spec.get("serviceAccount")))
        cluster = land.cluster_of(item.scope)
        yield Use(_role(item, item.spec.get("roleRef")), PODS, item, ("spec", "roleRef"), account, cluster)
    for item in land.of(EKS, "Addon"):
        for index, entry in enumerate(item.spec.get("podIdentityAssociations") or []):
            account = (KUBE_SYSTEM, str(entry.get("serviceAccount")))
            field: YamlPath = ("spec", "podIdentityAssociations", index)
            yield Use(_role(item, entry.get("roleRef")), PODS, item, field, account, land.cluster_of(item.scope))
    yield from _by_token(land)
    for group, kind, name, principal in _HANDED:
        for item in land.of(group, kind):
            if name in item.spec:
                yield Use(_role(item, item.spec[name]), principal, item, ("spec", name))
    for item in land.of("s3.services.k8s.aws", "Bucket"):
        replication = item.spec.get("replication") or {}
        if "roleRef" in replication:
            field = ("spec", "replication", "roleRef")
            yield Use(_role(item, replication["roleRef"]), "s3.amazonaws.com", item, field)


def token_account(statement: Mapping[str, Any]) -> Account | None:
    """The ServiceAccount whose token a statement of a trust policy wants; None where it wants another's."""
    wanted = (statement.get("Condition") or {}).get("StringEquals") or {}
    subjects = [text for key, value in wanted.items() if str(key).endswith(":sub") for text in listed(value)]
    parts = subjects[0].split(":") if len(subjects) == 1 else []
    return (parts[2], parts[3]) if parts[:2] == ["system", "serviceaccount"] and len(parts) == 4 else None


def _by_token(land: Landscape) -> Iterator[Use]:
    """Roles that a ServiceAccount of a cluster of machines takes by a token of the cluster's own issuer."""
    for role in land.of(IAM, "Role"):
        for kind, name, statement in trusted(role):
            account = token_account(statement) if kind == "Federated" else None
            if account is not None:
                field: YamlPath = ("spec", "assumeRolePolicyDocument")
                yield Use((role.namespace, role.name), name, role, field, account, land.cluster_of(role.scope))


_HANDED = (
    (EKS, "Cluster", "roleRef", "eks.amazonaws.com"),
    (EKS, "Nodegroup", "nodeRoleRef", "ec2.amazonaws.com"),
    (IAM, "InstanceProfile", "roleRef", "ec2.amazonaws.com"),
)


def _role(item: Object, reference: Any) -> Holder:
    source = (reference or {}).get("from") or {}
    return str(source.get("namespace", item.namespace)), str(source.get("name", ""))


def trusted(role: Object) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    """Kind and name of each principal that a role trusts, with the statement that says so."""
    for statement in statements(role, "assumeRolePolicyDocument"):
        principal = statement.get("Principal")
        if isinstance(principal, Mapping):
            for kind, names in principal.items():
                yield from ((kind, name, statement) for name in listed(names))
        elif principal is not None:
            yield "AWS", str(principal), statement


def broken_uses(land: Landscape, known: list[Use]) -> Iterator[Finding]:
    """Objects that hand out a role which does not trust whoever is to take it, or pods that do not exist."""
    for use in known:
        role = land.inventory.find(use.item.cluster, IAM, "Role", *use.holder)
        if role is None:
            continue  # the references gate says so
        if use.item is role:
            yield from broken_token(land, use)
            continue
        wanted = {"sts:AssumeRole", *(["sts:TagSession"] if use.principal == PODS else [])}
        given = {
            action
            for kind, name, statement in trusted(role)
            if (kind, name) == ("Service", use.principal)
            for action in listed(statement.get("Action"))
        }
        if wanted - given:
            message = f"hands {role} to {use.principal}, which that role does not trust with {', '.join(sorted(wanted - given))}"
            advice = f"let it at {role.path}"
            yield land.inventory.finding(use.item, use.field, "identity.trust", message, advice)
        if use.account is not None and use.item.kind == "PodIdentityAssociation":
            yield from _stranger(land, use, use.account)


def broken_token(land: Landscape, use: Use) -> Iterator[Finding]:
    """A token that no pod gets or that AWS would not believe: another issuer, no trust in it, another role for the account."""
    account = use.account or ("", "")
    issuer = use.principal.partition(":oidc-provider/")[2]
    providers = {
        str(item.spec.get("url", "")).removeprefix("https://") for item in land.of(IAM, "OpenIDConnectProvider")
    }
    advice = "make one of both, from the same name"
    if issuer not in providers:
        message = f"trusts tokens of {issuer}, which is no identity provider of the account"
        yield land.inventory.finding(use.item, use.field, "identity.issuer", message, advice)
    signers = {
        issuer_of(item) for item in land.of(PLANE, "KubeadmControlPlane") if land.cluster_of(item.scope) == use.cluster
    }
    if signers and issuer not in signers:
        message = (
            f"trusts tokens of {issuer}, and the API server of {use.cluster} signs as {' or '.join(sorted(signers))}"
        )
        yield land.inventory.finding(use.item, use.field, "identity.issuer", message, advice)
    role = str(use.item.spec.get("name", ""))
    told = roles_told(land, use.cluster).get("/".join(account), set())
    if not any(name.endswith(f":role/{role}") for name in told):
        found = f"is told to take {' or '.join(sorted(told))}" if told else "is told nothing"
        message = f"waits for a token of {'/'.join(account)}, which {found} on {use.cluster}"
        yield land.inventory.finding(
            use.item, use.field, "identity.token", message, "name this role in the values of the webhook"
        )
    if not land.knows(use.cluster, account):
        message = f"is for {'/'.join(account)}, and there is no such ServiceAccount on {use.cluster}"
        yield land.inventory.finding(
            use.item, use.field, "identity.subject", message, "name a ServiceAccount of the cluster, or remove it"
        )


PLANE = "controlplane.cluster.x-k8s.io"
WEBHOOK = "amazon-eks-pod-identity-webhook"


def issuer_of(plane: Object) -> str:
    """Whom a control plane names as the issuer of its tokens, without a scheme."""
    server = ((plane.spec.get("kubeadmConfigSpec") or {}).get("clusterConfiguration") or {}).get("apiServer") or {}
    flags = {str(flag["name"]): str(flag["value"]) for flag in server.get("extraArgs") or ()}
    return flags.get("service-account-issuer", "").removeprefix("https://")


def roles_told(land: Landscape, cluster: str) -> Mapping[str, set[str]]:
    """`namespace/ServiceAccount` to the roles that the webhook of a cluster tells its pods to take."""
    found: dict[str, set[str]] = {}
    for release in land.inventory.releases:
        if release.cluster == cluster and release.chart.rpartition("/")[2] == WEBHOOK:
            table = ((release.values.get("config") or {}).get("podIdentityWebhookMap") or {}).get("data") or {}
            for account, entry in table.items():
                found.setdefault(str(account), set()).add(str(entry.get("RoleARN", "")))
    return found


def _stranger(land: Landscape, use: Use, account: Account) -> Iterator[Finding]:
    cluster = next((item for item in land.of(EKS, "Cluster") if land.cluster_of(item.scope) == use.cluster), None)
    if cluster is not None and use.item.spec.get("clusterName", cluster.spec.get("name")) != cluster.spec.get("name"):
        message = f"is for a cluster called {use.item.spec.get('clusterName')}, and its pods run on {cluster.spec.get('name')}"
        yield land.inventory.finding(use.item, ("spec", "clusterName"), "identity.cluster", message, "name that one")
    if not land.knows(use.cluster, account):
        message = f"is for {'/'.join(account)}, and there is no such ServiceAccount on {use.cluster}"
        advice = "name a ServiceAccount of the cluster, or remove it"
        yield land.inventory.finding(use.item, ("spec", "serviceAccount"), "identity.subject", message, advice)
