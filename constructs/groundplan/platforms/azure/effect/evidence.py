"""What evidence reads of Azure's kinds: where copies lie and how long, gateways, and the edge before two sides."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from groundplan.checks.inventory import Object
from groundplan.requirements.broken import WRONG
from groundplan.requirements.relations.asked import Asked
from groundplan.requirements.relations.evidence import Breaks, CloudEvidence, Kind, Outlives

ACCOUNT = ("storage.azure.com", "StorageAccount")
POLICY = ("storage.azure.com", "StorageAccountsManagementPolicy")
VAULT = ("keyvault.azure.com", "Vault")
GATEWAY = "appgw.ingress.kubernetes.io"
CERTIFICATE, REDIRECT = f"{GATEWAY}/appgw-ssl-certificate", f"{GATEWAY}/ssl-redirect"
EDGE = "cdn.azure.com"

_BLOB = re.compile(r"--account-name (?P<bucket>\S+) --container-name \S+\s+--name \"?(?P<prefix>[^\s\"$]*)")
_LISTED = re.compile(r"--account-name (?P<bucket>\S+) --container-name \S+ --num-results \S+ --prefix (?P<prefix>\S+)")


def _permits_nothing(document: dict[str, Any], told: str) -> None:
    spec = document["spec"]
    if "roleDefinitionReference" in spec:
        spec["roleDefinitionReference"] = {"armId": WRONG}
    if "accessPolicies" in spec.get("properties", {}):
        spec["properties"]["accessPolicies"] = []


def _forgets_soon(document: dict[str, Any], told: str) -> None:
    policy = document["spec"].get("policy")
    for rule in policy.get("rules", []) if isinstance(policy, dict) else ():
        rule["definition"]["actions"]["baseBlob"]["delete"] = {"daysAfterModificationGreaterThan": 1}


def _is_for_others(document: dict[str, Any], told: str) -> None:
    if "sslCertificates" in document["spec"]:
        document["spec"]["sslCertificates"] = []


def _unprobed(document: dict[str, Any], told: str) -> None:
    document["spec"].pop("healthProbeSettings", None)


def _all_together(document: dict[str, Any], told: str) -> None:
    spec = document["spec"]
    if told != "node":
        if "zones" in spec:
            spec["zones"] = spec["zones"][:1]
        for pool in [spec, *spec.get("agentPoolProfiles", [])]:
            if "availabilityZones" in pool:
                pool["availabilityZones"] = pool["availabilityZones"][:1]


def _one_zone(document: dict[str, Any], told: str) -> None:
    spec = document["spec"]
    for pool in [spec, *spec.get("agentPoolProfiles", [])]:
        if told == "node":
            for field in ("minCount", "maxCount", "count"):
                if field in pool:
                    pool[field] = 1
        elif "availabilityZones" in pool:
            pool["availabilityZones"] = pool["availabilityZones"][:1]


def _zones(item: Object, loss: str) -> bool:
    return loss == "node" or len(item.spec.get("zones") or ()) > 1


def _nodes(item: Object, loss: str) -> bool:
    pools = item.spec.get("agentPoolProfiles") or [item.spec]
    return all(len(pool.get("availabilityZones") or ()) > 1 or loss == "node" for pool in pools) and all(
        int(pool.get("maxCount") or pool.get("count") or 1) > 1 for pool in pools
    )


class AzureEvidence(CloudEvidence):
    """Storage accounts, gateways, nodes of AKS and Front Door."""

    outlives: Mapping[Kind, Outlives] = {
        ("containerservice.azure.com", "ManagedCluster"): _nodes,
        ("containerservice.azure.com", "ManagedClustersAgentPool"): _nodes,
        ("network.azure.com", "ApplicationGateway"): _zones,
        ("network.azure.com", "PublicIPAddress"): _zones,
    }
    breaks: Breaks = {
        "certificate": {"is for others": _is_for_others},
        "expiring": {"forgets soon": _forgets_soon},
        "grant": {"permits nothing": _permits_nothing},
        "keeping": {"forgets soon": _forgets_soon},
        "origins": {"asks nobody": _unprobed},
        "spread": {"keeps them together": _all_together},
        "zones": {"has one": _one_zone},
    }

    def places(self, script: str) -> Iterator[tuple[str, str]]:
        """Containers of an account."""
        for one in (_BLOB, _LISTED):
            yield from ((match["bucket"], match["prefix"]) for match in one.finditer(script))

    def bucket(self, asked: Asked, name: str) -> Object | None:
        """A storage account."""
        return next((item for item in asked.ground.world.of(*ACCOUNT) if item.spec.get("azureName") == name), None)

    def expiring(self, asked: Asked, bucket: Object, prefix: str) -> Iterator[int]:
        """The management policy of the account."""
        for policy in asked.ground.world.of(*POLICY) if (bucket.group, bucket.kind) == ACCOUNT else ():
            if (policy.namespace, (policy.spec.get("owner") or {}).get("name")) != (bucket.namespace, bucket.name):
                continue
            asked.through(policy, "expiring")
            for rule in policy.spec["policy"]["rules"]:
                days = rule["definition"]["actions"].get("baseBlob", {}).get("delete", {})
                if rule.get("enabled") and "daysAfterModificationGreaterThan" in days:
                    yield int(days["daysAfterModificationGreaterThan"])

    def holding(self, asked: Asked, hosts: set[str], key: str) -> Iterator[Object]:
        """The vault of all keys."""
        yield from (item for item in asked.ground.world.of(*VAULT) if str(item.spec.get("azureName", "")) in hosts)

    def only_tls(self, ingress: Object) -> bool:
        """A gateway that sends plain requests on."""
        return ingress.annotations.get(REDIRECT) == "true"

    def ends_tls(self, ingress: Object) -> bool:
        """A gateway that is told which of its certificates."""
        return CERTIFICATE in ingress.annotations

    def certificate(self, asked: Asked, ingress: Object, host: str) -> Object | None:
        """The gateway that has it."""
        wanted = ingress.annotations.get(CERTIFICATE)
        for item in asked.ground.world.of("network.azure.com", "ApplicationGateway"):
            names = {entry.get("name") for entry in item.spec.get("sslCertificates") or ()}
            if item.scope in asked.ground.scopes and wanted in names:
                return item
        return None

    def by_edge(self, asked: Asked, host: str) -> bool | None:
        """Front Door, with two origins of which it prefers one."""
        for item in asked.ground.world.of(EDGE, "AfdCustomDomain"):
            if item.system == asked.ground.environment.system and item.spec.get("hostName") == host:
                return _hands_over(asked, item)
        return None


def _hands_over(asked: Asked, domain: Object) -> bool:
    asked.through(domain, "domain")
    world = asked.ground.world
    routes = [
        item for item in world.of(EDGE, "Route", domain.scope) if domain.name in _references(item, "customDomains")
    ]
    if not routes:
        return asked.no(f"no route of the edge takes {domain.spec.get('hostName')}")
    for route in routes:
        name = str(((route.spec.get("originGroup") or {}).get("reference") or {}).get("name"))
        group = next((item for item in world.of(EDGE, "AfdOriginGroup", domain.scope) if item.name == name), None)
        if group is None or "healthProbeSettings" not in group.spec or route.spec.get("enabledState") != "Enabled":
            return asked.no(f"{route} leads to origins of which nobody asks whether they live")
        asked.through(group, "origins")
        for origin in world.of(EDGE, "AfdOrigin", domain.scope):
            if (origin.spec.get("owner") or {}).get("name") == name:
                asked.through(origin, "origin")
        if not _stand_in(asked, name, domain.scope):
            return asked.no(f"{group} does not know two origins of which it prefers one")
    return True


def _references(item: Object, field: str) -> set[str]:
    return {str((entry.get("reference") or {}).get("name")) for entry in item.spec.get(field) or ()}


def _stand_in(asked: Asked, group: str, scope: str) -> bool:
    origins = [
        item
        for item in asked.ground.world.of(EDGE, "AfdOrigin", scope)
        if (item.spec.get("owner") or {}).get("name") == group
    ]
    ranks = {item.spec.get("priority") for item in origins}
    hosts = {item.spec.get("hostName") for item in origins}
    sent = any(item.spec.get("enabledState") == "Enabled" for item in origins)
    return sent and len(ranks) > 1 and len(hosts) == len(origins)


CLOUD = AzureEvidence()
