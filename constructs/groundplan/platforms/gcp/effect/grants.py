"""What members of IAM may do: who a member is, which resource a right is about, what a role of our own holds."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from groundplan.checks.identity.landscape import Landscape
from groundplan.checks.identity.rights import EVERYTHING, Account, Grant, Holder, address
from groundplan.checks.inventory import Object

IAM = "iam.cnrm.cloud.google.com"
CONTAINER = "container.cnrm.cloud.google.com"
PROJECT = "cnrm.cloud.google.com/project-id"

POOL = re.compile(
    r"//iam\.googleapis\.com/projects/[0-9]+/locations/global/workloadIdentityPools/(?P<pool>[^/]+)/(?P<rest>.+)"
)
GKE_SUBJECT = re.compile(r"subject/ns/(?P<namespace>[^/]+)/sa/(?P<account>.+)")
TOKEN_SUBJECT = re.compile(r"subject/system:serviceaccount:(?P<namespace>[^:]+):(?P<account>.+)")

PEOPLE = ("user:", "group:")
EVERYBODY = frozenset({"allUsers", "allAuthenticatedUsers"})

PREFIX = re.compile(r'resource\.name\.startsWith\("projects/_/buckets/[^/]+/objects/(?P<prefix>[^"]*)"\)')


def holder_of(member: str) -> Holder:
    """Who a member is: the pool it comes from, empty for Google's own, and its name there."""
    found = POOL.fullmatch(member.partition(":")[2])
    return (found["pool"], found["rest"]) if found is not None else ("", member)


def account_in(holder: Holder) -> Account | None:
    """The ServiceAccount that a member of a pool is; None for anybody else."""
    found = GKE_SUBJECT.fullmatch(holder[1]) or TOKEN_SUBJECT.fullmatch(holder[1])
    return (found["namespace"], found["account"]) if found is not None and holder[0] else None


def clusters_of_pools(land: Landscape) -> Mapping[str, list[str]]:
    """Pool to the clusters whose ServiceAccounts it knows; a project's clusters of GKE share one."""
    found: dict[str, list[str]] = {}
    for item in land.of(CONTAINER, "ContainerCluster"):
        pool = (item.spec.get("workloadIdentityConfig") or {}).get("workloadPool")
        if pool:
            found.setdefault(str(pool), []).append(land.cluster_of(item.scope))
    issuers = {
        (item.namespace, str((item.spec.get("workloadIdentityPoolRef") or {}).get("name")))
        for item in land.of(IAM, "IAMWorkloadIdentityPoolProvider")
        if "attribute.namespace" in (item.spec.get("attributeMapping") or {})
    }
    for item in land.of(IAM, "IAMWorkloadIdentityPool"):
        if (item.namespace, item.name) in issuers:
            found.setdefault(_called(item), []).append(land.cluster_of(item.scope))
    return found


def audiences(land: Landscape) -> Mapping[str, set[str]]:
    """Pool of a cluster that is not GKE's to whom tokens must be for that its providers take."""
    found: dict[str, set[str]] = {}
    for item in land.of(IAM, "IAMWorkloadIdentityPoolProvider"):
        reference = item.spec.get("workloadIdentityPoolRef") or {}
        pool = land.inventory.find(
            item.cluster, IAM, "IAMWorkloadIdentityPool", item.namespace, str(reference.get("name"))
        )
        if pool is not None and "attribute.namespace" in (item.spec.get("attributeMapping") or {}):
            allowed = (item.spec.get("oidc") or {}).get("allowedAudiences") or []
            found.setdefault(_called(pool), set()).update(map(str, allowed))
    return found


def grants(land: Landscape) -> Iterator[Grant]:
    """Every right of everybody but people, who are admitted by name, and the public, whom another gate asks for."""
    for item in land.of(IAM, "IAMPolicyMember"):
        member = str(item.spec.get("member", ""))
        if member in EVERYBODY or member.startswith(PEOPLE):
            continue
        on = place_of(land, item)
        bounded = "condition" in item.spec
        yield Grant(holder_of(member), permissions(land, item), on, item, ("spec", "role"), bounded, could_name=True)


def permissions(land: Landscape, item: Object) -> tuple[str, ...]:
    """The role, or what a role of our own holds."""
    role = str(item.spec.get("role", ""))
    for own in land.of(IAM, "IAMCustomRole"):
        if role == f"projects/{own.annotations.get(PROJECT)}/roles/{_called(own)}":
            return tuple(map(str, own.spec.get("permissions") or ()))
    return (role,)


def place_of(land: Landscape, item: Object) -> str:
    """What a right is about: everything for a project, a beginning of names in a bucket, or the resource."""
    reference = item.spec.get("resourceRef") or {}
    kind, name = str(reference.get("kind")), reference.get("name")
    if kind == "Project":
        return EVERYTHING
    if kind == "StorageBucket":
        bucket = str(name or reference.get("external"))
        found = PREFIX.search(str((item.spec.get("condition") or {}).get("expression", "")))
        return f"gs://{bucket}/{found['prefix'] if found is not None else ''}*"
    if name is None:
        return str(reference.get("external"))
    group = str(reference.get("apiVersion", "")).rpartition("/")[0]
    known = land.inventory.find(item.cluster, group, kind, item.namespace, str(name))
    return place(known) if known is not None else str(name)


def place(item: Object) -> str:
    """How a resource is told from outside: by Google's full name where fields say that, by its object elsewhere."""
    project = item.annotations.get(PROJECT, "")
    if item.kind == "SecretManagerSecret":
        return f"projects/{project}/secrets/{_called(item)}"
    if item.kind == "DNSManagedZone":
        return f"projects/{project}/managedZones/{_called(item)}"
    return address(item)


def key_name(land: Landscape, item: Object) -> str:
    """Full name of a key, as fields write it that take no reference."""
    ring_name = str((item.spec.get("keyRingRef") or {}).get("name"))
    ring = land.inventory.find(item.cluster, item.group, "KMSKeyRing", item.namespace, ring_name)
    where = (
        f"{ring.spec.get('location')}/keyRings/{_called(ring)}" if ring is not None else f"unknown/keyRings/{ring_name}"
    )
    return f"projects/{item.annotations.get(PROJECT, '')}/locations/{where}/cryptoKeys/{_called(item)}"


def _called(item: Any) -> str:
    return str(item.spec.get("resourceID", item.name))
