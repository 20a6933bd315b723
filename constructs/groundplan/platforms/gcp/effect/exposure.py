"""What Google's own objects open to the Internet: rights that everybody has, firewall rules, and addresses."""

from __future__ import annotations

from collections.abc import Iterator

from groundplan.checks.exposure.cloud import ANYWHERE, opened
from groundplan.checks.exposure.reader import Doors
from groundplan.checks.gate import Context
from groundplan.checks.inventory import Inventory, Object
from groundplan.errors import Finding

COMPUTE = "compute.cnrm.cloud.google.com"
STORAGE = "storage.cnrm.cloud.google.com"
MEMBER = ("iam.cnrm.cloud.google.com", "IAMPolicyMember")
EVERYBODY = frozenset({"allUsers", "allAuthenticatedUsers"})
READS_ONE = "roles/storage.legacyObjectReader"
"""Reads an object whose name it knows, and lists nothing."""

BALANCER = "networking.gke.io/load-balancer-ip-addresses"
KIND = "networking.gke.io/load-balancer-type"


def rights(inventory: Inventory, __: Context) -> Iterator[Finding]:
    """Rights of everybody, beside reading files one by one that an edge serves."""
    served = {
        (item.namespace, str((item.spec.get("bucketRef") or {}).get("name")))
        for item in inventory.by_kind.get((COMPUTE, "ComputeBackendBucket"), ())
    }
    for item in inventory.by_kind.get(MEMBER, ()):
        if item.spec.get("member") not in EVERYBODY:
            continue
        on = item.spec.get("resourceRef") or {}
        if item.spec.get("role") == READS_ONE and (item.namespace, str(on.get("name"))) in served:
            continue
        what = f"{item.spec.get('role')} on {on.get('kind')} {on.get('name') or on.get('external')}"
        yield inventory.finding(item, ("spec", "member"), "exposure.public", f"gives everybody {what}", "name who may")


def buckets(inventory: Inventory, __: Context) -> Iterator[Finding]:
    """Buckets that could be opened, and that no edge serves."""
    open_ = {
        (item.namespace, str((item.spec.get("resourceRef") or {}).get("name")))
        for item in inventory.by_kind.get(MEMBER, ())
        if item.spec.get("member") in EVERYBODY
    }
    for item in inventory.by_kind.get((STORAGE, "StorageBucket"), ()):
        if item.spec.get("publicAccessPrevention") != "enforced" and (item.namespace, item.name) not in open_:
            field = ("spec", "publicAccessPrevention")
            message = "may be opened to everybody by a single right, and nothing public is served from it"
            yield inventory.finding(item, field, "exposure.public", message, "write enforced")


def firewalls(inventory: Inventory, __: Context) -> Iterator[Finding]:
    """Rules that let the whole Internet in where nothing public stands, or on other ports than the web's."""
    for item in inventory.by_kind.get((COMPUTE, "ComputeFirewall"), ()):
        spec = item.spec
        if spec.get("direction", "INGRESS") != "INGRESS" or not ANYWHERE & set(
            spec.get("sourceRanges") or ["0.0.0.0/0"]
        ):
            continue
        public = _has_public_balancer(inventory, item)
        for index, entry in enumerate(spec.get("allow") or []):
            for text in entry.get("ports") or ["0-65535"]:
                first, _, last = str(text).partition("-")
                ports = range(int(first), int(last or first) + 1)
                yield from opened(inventory, item, ("spec", "allow", index), ports, public=public)


def _has_public_balancer(inventory: Inventory, rule: Object) -> bool:
    """Whether a Service on the cluster gets a load balancer for the public."""
    releases = (release for release in inventory.releases if release.cluster == rule.scope)
    services = (item for item in inventory.by_kind.get(("", "Service"), ()) if item.cluster == rule.scope)
    return any(_public(release.values) for release in releases) or any(
        item.spec.get("type") == "LoadBalancer" and item.annotations.get(KIND) != "Internal" for item in services
    )


def _public(values: object) -> bool:
    """Whether a chart's values describe a Service for those outside that is not kept inside the network."""
    if not isinstance(values, dict):
        return False
    outside = "externalTrafficPolicy" in values and (values.get("annotations") or {}).get(KIND) != "Internal"
    return outside or any(_public(value) for value in values.values())


def addresses(inventory: Inventory, __: Context) -> Iterator[Finding]:
    """Public addresses that no gateway goes out by, no edge answers on and no load balancer is given."""
    used = {
        (item.namespace, str(reference.get("name")))
        for kind, field in (("ComputeRouterNAT", "natIps"), ("ComputeForwardingRule", "ipAddress"))
        for item in inventory.by_kind.get((COMPUTE, kind), ())
        for reference in _references(item.spec.get(field))
    }
    given = {name for release in inventory.releases for name in _given(release.values)}
    for item in inventory.by_kind.get((COMPUTE, "ComputeAddress"), ()):
        if item.spec.get("addressType", "EXTERNAL") != "EXTERNAL" or (item.namespace, item.name) in used:
            continue
        if str(item.spec.get("resourceID", item.name)) not in given:
            message, advice = "is a public address that nothing uses", "remove it, or give it to something"
            yield inventory.finding(item, ("spec",), "exposure.dangling", message, advice)


def _references(value: object) -> Iterator[dict[str, object]]:
    if isinstance(value, list):
        yield from (item for item in value if isinstance(item, dict))
    elif isinstance(value, dict):
        yield from (item for item in value.values() if isinstance(item, dict))


def _given(values: object) -> Iterator[str]:
    """Names of addresses that annotations of Services in a chart's values ask for."""
    if isinstance(values, dict):
        for key, value in values.items():
            if key == BALANCER and isinstance(value, str):
                yield value
            yield from _given(value)


class GcpDoors(Doors):
    """Rights, buckets, firewall rules and addresses."""

    kinds = (
        f"{COMPUTE}/ComputeFirewall",
        f"{COMPUTE}/ComputeAddress",
        f"{MEMBER[0]}/{MEMBER[1]}",
        f"{STORAGE}/StorageBucket",
    )
    judges = (rights, buckets, firewalls, addresses)


READER = GcpDoors
