"""Rules of security groups that follow from who stands in which subnet and who is called: nobody writes them.

A store's subnet admits the nodes to the ports that callers' network policies lead to, and nobody else of the network.
A gateway's subnet admits who stands in front of it, and what Azure manages it by.
See https://learn.microsoft.com/azure/virtual-network/network-security-groups-overview .
"""

from __future__ import annotations

from groundplan.model.environment import Environment
from groundplan.model.ingress import Ingress
from groundplan.platforms.azure.chapter import Azure, AzureNetwork, AzureNetworkRule
from groundplan.platforms.azure.facts import behind_front_door
from groundplan.stores.registry import stores_of

Rules = dict[str, AzureNetworkRule]
"""Name of a rule to what it says."""

FIRST, STEP, LAST = 100, 10, 4000
"""Priorities: of the first rule of a direction, from one to the next, and of the one that refuses the rest."""

ANYWHERE = "0.0.0.0/0"
WEB = ("80", "443")
HTTPS = "443"
"""What a vault's private endpoint listens on."""

MANAGEMENT = "65200-65535"
"""Ports by which Azure looks after an application gateway.

See https://learn.microsoft.com/azure/application-gateway/configuration-infrastructure#network-security-groups .
"""


def derived_rules(environment: Environment) -> dict[str, Rules]:
    """Subnet to the rules that follow for its security group; none where no network is described."""
    azure = environment.platform.azure
    if azure is None or azure.network is None:
        return {}
    network, nodes = azure.network, azure.cluster.subnet
    ports = {name: found for name, found in occupied(environment, azure, network).items() if name != nodes}
    rules = {name: _store(nodes, found, network.subnets[name].delegation, name) for name, found in ports.items()}
    rules[nodes] = _outward(ports)
    gateway = azure.edge.gateway
    if gateway is not None:
        rules[nodes] = {**_from_gateway(environment, gateway.subnet), **rules[nodes]}
        rules[gateway.subnet] = _gateway(environment)
    elif environment.ingress is not None and environment.public_hosts:
        rules[nodes] = {**_from_outside(environment.ingress), **rules[nodes]}
    return {name: found for name, found in rules.items() if found and name in network.subnets}


def occupied(environment: Environment, azure: Azure, network: AzureNetwork) -> dict[str, list[str]]:
    """Subnet to the ports that stores and the vault listen on in it, in the order the network names its subnets."""
    by_block: dict[str, list[str]] = {}
    for store in stores_of(environment).values():
        egress = store.egress() or {}
        for peer in egress.get("to", ()):
            by_block.setdefault(peer.get("ipBlock", {}).get("cidr", ""), []).extend(_texts(egress["ports"]))
    if azure.vault is not None and azure.vault.subnet in network.subnets:
        by_block.setdefault(network.subnets[azure.vault.subnet].cidr, []).append(HTTPS)
    return {
        name: list(dict.fromkeys(by_block[subnet.cidr]))
        for name, subnet in network.subnets.items()
        if subnet.cidr in by_block
    }


def _texts(ports: list[dict[str, object]]) -> list[str]:
    """Ports of a network policy as security groups write them."""
    return [f"{port['port']}-{port['endPort']}" if "endPort" in port else str(port["port"]) for port in ports]


def _store(nodes: str, ports: list[str], delegation: str | None, own: str) -> Rules:
    """The nodes come in; servers in a subnet of their own also talk to their standbys in it.

    See https://learn.microsoft.com/azure/postgresql/flexible-server/concepts-networking-private .
    """
    rules = {nodes.capitalize(): _inbound(nodes, ports, FIRST)}
    if delegation is not None:
        rules["Standby"] = _inbound(own, ports, FIRST + STEP)
    refused = AzureNetworkRule(
        direction="inbound", source="VirtualNetwork", ports=["*"], protocol="*", action="Deny", priority=LAST
    )
    return {**rules, "NobodyElse": refused}


def _outward(ports: dict[str, list[str]]) -> Rules:
    """The other end of the same connections."""
    return {
        name.capitalize(): AzureNetworkRule(
            direction="outbound", destination=name, ports=found, priority=FIRST + STEP * index
        )
        for index, (name, found) in enumerate(ports.items())
    }


def _from_gateway(environment: Environment, gateway: str) -> Rules:
    """The gateway reaches what its routes lead to, be it a Service's port or a pod's own."""
    services = {route.service for host in environment.public_hosts.values() for route in host.routes.values()}
    own = {str(environment.services[name].port) for name in services}
    return {"AppGateway": _inbound(gateway, [*WEB, *sorted(own - set(WEB))], FIRST)}


def _from_outside(ingress: Ingress) -> Rules:
    """Requests come by a load balancer before the nodes, which leaves them the address that they were sent to.

    AKS lets them in by a security group of its own; one on the subnet stands before it.
    """
    sources = [source if source != ANYWHERE else "Internet" for source in ingress.sources]
    return {
        "Web" if number == 1 else f"Web{number}": _inbound(source, list(WEB), FIRST + STEP * (number - 1))
        for number, source in enumerate(sources, 1)
    }


def _gateway(environment: Environment) -> Rules:
    """Requests come by Front Door where there is one, be it this environment's or its peer's, else from anywhere."""
    source = "AzureFrontDoor.Backend" if behind_front_door(environment) else "Internet"
    return {
        "HTTPS": _inbound(source, ["443"], FIRST),
        "HTTP": _inbound(source, ["80"], FIRST + STEP),
        "GatewayManager": _inbound("GatewayManager", [MANAGEMENT], 200),
        "LoadBalancer": AzureNetworkRule(
            direction="inbound", source="AzureLoadBalancer", ports=["*"], protocol="*", priority=210
        ),
    }


def _inbound(source: str, ports: list[str], priority: int) -> AzureNetworkRule:
    return AzureNetworkRule(direction="inbound", source=source, ports=ports, priority=priority)
