"""Rented resources: what their own settings open, what their firewalls let in, and addresses that nothing uses."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from groundplan.checks.exposure.facts import Setting, facts
from groundplan.checks.gate import Context
from groundplan.checks.inventory import Inventory, Object
from groundplan.errors import Finding
from groundplan.yaml.marked import YamlPath

ANYWHERE = frozenset({"*", "0.0.0.0/0", "::/0", "Internet"})
WEB = frozenset({80, 443})
"""Ports that the public may be let in on, where something public stands."""

_WORDS = {
    "public": "is reached by anybody",
    "keys": "lets in whoever has a key",
    "tls": "speaks less than TLS 1.2, or none",
    "encryption": "keeps what it holds in the clear",
}


def settings(inventory: Inventory, __: Context) -> Iterator[Finding]:
    """Fields that open a resource, or let others read along."""
    for rule, setting in facts().settings:
        group, _, kind = setting.of.rpartition("/")
        for item in inventory.by_kind.get((group, kind), ()):
            if not setting.unless or not list(_values(item.document, tuple(setting.unless.split(".")))):
                yield from _setting(inventory, item, rule, setting)


def _setting(inventory: Inventory, item: Object, rule: str, setting: Setting) -> Iterator[Finding]:
    found = list(_values(item.document, tuple(setting.field.split("."))))
    if setting.is_ == "any":
        wrong = [] if found and found[0][1] else [(_place(setting), None)]
    else:
        wrong = (
            [(path, value) for path, value in found if value not in setting.is_] if found else [(_place(setting), None)]
        )
    for path, value in wrong:
        shown = "not set" if value is None else f"`{value}`"
        wanted = "set it" if setting.is_ == "any" else f"write {' or '.join(str(one) for one in setting.is_)}"
        message = f"{_WORDS[rule]}: {setting.field} is {shown}"
        yield inventory.finding(item, path, f"exposure.{rule}", message, wanted)


def _place(setting: Setting) -> YamlPath:
    return tuple(step for step in setting.field.split(".") if step != "*")


def _values(value: Any, steps: tuple[str, ...], path: YamlPath = ()) -> Iterator[tuple[YamlPath, Any]]:
    if not steps:
        yield path, value
    elif steps[0] == "*" and isinstance(value, list):
        for index, item in enumerate(value):
            yield from _values(item, steps[1:], (*path, index))
    elif isinstance(value, Mapping) and steps[0] in value:
        yield from _values(value[steps[0]], steps[1:], (*path, steps[0]))


def clusters(inventory: Inventory, __: Context) -> Iterator[Finding]:
    """API servers that anybody may knock at."""
    for item in inventory.by_kind.get(("containerservice.azure.com", "ManagedCluster"), ()):
        access = item.spec.get("apiServerAccessProfile") or {}
        if not access.get("enablePrivateCluster") and not access.get("authorizedIPRanges"):
            field = ("spec", "apiServerAccessProfile")
            message = "its API server is reached from anywhere"
            yield inventory.finding(item, field, "exposure.public", message, "make it private, or list who may")


def buckets(inventory: Inventory, __: Context) -> Iterator[Finding]:
    """Policies of buckets that let everybody in."""
    for item in inventory.by_kind.get(("s3.services.k8s.aws", "Bucket"), ()):
        for statement in json.loads(item.spec.get("policy") or "{}").get("Statement", []):
            if (
                statement.get("Effect") == "Allow"
                and statement.get("Principal") in ("*", {"AWS": "*"})
                and not statement.get("Condition")
            ):
                message = f"lets everybody {statement.get('Action')}"
                yield inventory.finding(item, ("spec", "policy"), "exposure.public", message, "name who may")


def firewalls(inventory: Inventory, __: Context) -> Iterator[Finding]:
    """Rules that let the whole Internet in where nothing public stands, or on other ports than the web's."""
    worn = _worn(inventory)
    for item in inventory.by_kind.get(("ec2.services.k8s.aws", "SecurityGroup"), ()):
        public = str(item.spec.get("name")) in worn
        for index, rule in enumerate(item.spec.get("ingressRules") or []):
            if any(entry.get("cidrIP") in ANYWHERE for entry in rule.get("ipRanges") or []):
                ports = range(int(rule.get("fromPort", 0)), int(rule.get("toPort", 65535)) + 1)
                yield from _opened(inventory, item, ("spec", "ingressRules", index), ports, public=public)
    gates = _gateway_groups(inventory)
    for item in inventory.by_kind.get(("network.azure.com", "NetworkSecurityGroupsSecurityRule"), ()):
        spec = item.spec
        sources = {str(spec.get("sourceAddressPrefix", "")), *map(str, spec.get("sourceAddressPrefixes") or [])}
        if (spec.get("access"), spec.get("direction")) == ("Allow", "Inbound") and sources & ANYWHERE:
            public = (item.namespace, str((spec.get("owner") or {}).get("name"))) in gates
            for text in [
                *([spec["destinationPortRange"]] if "destinationPortRange" in spec else []),
                *(spec.get("destinationPortRanges") or []),
            ]:
                first, _, last = ("0", "-", "65535") if text == "*" else str(text).partition("-")
                ports = range(int(first), int(last or first) + 1)
                yield from _opened(inventory, item, ("spec",), ports, public=public)


def _opened(inventory: Inventory, item: Object, field: YamlPath, ports: range, *, public: bool) -> Iterator[Finding]:
    if public and all(port in WEB for port in (ports.start, ports.stop - 1)) and len(ports) == 1:
        return
    shown = str(ports.start) if len(ports) == 1 else f"{ports.start} to {ports.stop - 1}"
    why = "the web's ports are 80 and 443" if public else "nothing public stands there"
    message = f"lets the whole Internet in on port {shown}, and {why}"
    yield inventory.finding(item, field, "exposure.firewall", message, "name who may come in")


def _worn(inventory: Inventory) -> set[str]:
    """Security groups of load balancers that an Ingress makes for the public."""
    return {
        str(item.annotations.get("alb.ingress.kubernetes.io/security-groups"))
        for item in inventory.by_kind.get(("networking.k8s.io", "Ingress"), ())
        if item.annotations.get("alb.ingress.kubernetes.io/scheme") == "internet-facing"
    }


def _gateway_groups(inventory: Inventory) -> set[tuple[str, str]]:
    """Security groups of the subnets that gateways stand in."""
    subnets = {
        (item.namespace, str(((entry.get("subnet") or {}).get("reference") or {}).get("name")))
        for item in inventory.by_kind.get(("network.azure.com", "ApplicationGateway"), ())
        for entry in item.spec.get("gatewayIPConfigurations") or []
    }
    return {
        (item.namespace, str((item.spec["networkSecurityGroup"].get("reference") or {}).get("name")))
        for item in inventory.by_kind.get(("network.azure.com", "VirtualNetworksSubnet"), ())
        if (item.namespace, item.name) in subnets and "networkSecurityGroup" in item.spec
    }


def addresses(inventory: Inventory, __: Context) -> Iterator[Finding]:
    """Public addresses that lead to nothing, and that whoever gets them next answers on."""
    used = {
        (item.namespace, name)
        for kind in ("ApplicationGateway", "NATGateway", "NatGateway", "ManagedCluster")
        for group in ("network.azure.com", "ec2.services.k8s.aws", "containerservice.azure.com")
        for item in inventory.by_kind.get((group, kind), ())
        for name in _named(item.spec)
    }
    for group, kind in (("network.azure.com", "PublicIPAddress"), ("ec2.services.k8s.aws", "ElasticIPAddress")):
        for item in inventory.by_kind.get((group, kind), ()):
            if (item.namespace, item.name) not in used:
                message = "is a public address that nothing uses"
                yield inventory.finding(
                    item, ("spec",), "exposure.dangling", message, "remove it, or give it to something"
                )


def _named(value: Any) -> Iterator[str]:
    """Every `name` of a reference at any depth."""
    if isinstance(value, Mapping):
        for key, item in value.items():
            if key == "name" and isinstance(item, str):
                yield item
            else:
                yield from _named(item)
    elif isinstance(value, list):
        for item in value:
            yield from _named(item)
