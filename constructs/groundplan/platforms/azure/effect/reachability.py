"""The network of a virtual network, as the reachability gate asks for it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache

from groundplan.checks.inventory import Inventory, Object
from groundplan.checks.provided import RentedHost
from groundplan.checks.reachability.cloud import Cloud, OfKind, Standing, Surroundings, Where
from groundplan.checks.reachability.cluster import Cluster
from groundplan.checks.reachability.flows import INTERNET, Flow
from groundplan.checks.reachability.network import End
from groundplan.checks.reachability.pods import Pods
from groundplan.checks.reachability.rented import Rentals
from groundplan.errors import Finding
from groundplan.platforms.azure.effect import ways
from groundplan.platforms.azure.effect.security_groups import SecurityGroups
from groundplan.platforms.azure.effect.throttles import throttled
from groundplan.platforms.azure.effect.zones import unresolved

USES = "azure.workload.identity/use"
REGISTRIES = "containerregistry.azure.com"
REGISTRY = ".azurecr.io"


class AzureNetwork(Cloud):
    """Subnets by name, security groups, private endpoints with their zones, and the gateway."""

    def surroundings(self, objects: Sequence[Object]) -> Surroundings:
        """Subnets that gateways stand in."""
        gateways = {name for item in objects if item.kind == "ApplicationGateway" for name in _subnets_of(item)}
        blocks = (
            str(item.spec["addressPrefix"])
            for item in objects
            if item.kind == "VirtualNetworksSubnet" and item.name in gateways
        )
        return Surroundings(public=tuple(blocks))

    def identities(self, cluster: Cluster) -> Iterator[Flow]:
        """Pods that ask for a token prove who they are to the directory."""
        for pods in cluster.pods:
            if pods.labels.get(USES) == "true":
                yield Flow(pods, INTERNET, 443, "its identity is proven to Microsoft Entra")

    def keeps_images(self, of: OfKind, registry: str) -> frozenset[str] | None:
        """Its own region, and those of its copies, which only the highest tier has."""
        name, dot, ending = registry.partition(".")
        if f"{dot}{ending}" != REGISTRY:
            return None
        item = next((item for item in of(REGISTRIES, "Registry") if item.spec.get("azureName") == name), None)
        if item is None:
            return None
        copies = (
            copy
            for copy in of(REGISTRIES, "RegistryReplication")
            if (copy.namespace, (copy.spec.get("owner") or {}).get("name")) == (item.namespace, item.name)
            and copy.spec.get("regionEndpointEnabled") is not False
            and (item.spec.get("sku") or {}).get("name") == "Premium"
        )
        return frozenset(str(one.spec["location"]) for one in (item, *copies))

    def standing(self, objects: Sequence[Object]) -> Where:
        """In a subnet by itself, or by its private endpoint."""
        endpoints = {_served(item): item for item in objects if item.kind == "PrivateEndpoint"}
        subnets = {(item.namespace, item.name): item for item in objects if item.kind == "VirtualNetworksSubnet"}

        def where(item: Object, host: RentedHost) -> Standing | None:
            if not item.group.endswith(".azure.com"):
                return None
            endpoint = endpoints.get((item.namespace, item.kind, item.name))
            name = endpoint.spec["subnet"]["reference"]["name"] if endpoint is not None else host.subnet
            subnet = subnets.get((item.namespace, name))
            return Standing(str(subnet.spec.get("addressPrefix", "")) if subnet is not None else "", endpoint)

        return where

    def refused(
        self,
        inventory: Inventory,
        cluster: str,
        own: Sequence[Object],
        flows: Iterable[Flow],
        assigned: Mapping[str, str],
    ) -> Iterator[Finding]:
        """Flows between subnets that a rule of a security group denies."""
        groups = _groups(inventory)
        nodes = groups.nodes.get(cluster, ())
        seen: set[tuple[str, str, int]] = set()
        for flow in flows:
            if not flow.required or flow.port is None:
                continue
            for source in _blocks(flow.source, nodes):
                for target in _blocks(flow.target, nodes):
                    for rule in groups.refusing(source, target, flow.port, flow.protocol):
                        key = (rule.path, target, flow.port)
                        if key not in seen and source != target:
                            seen.add(key)
                            message = f"denies {source} the way to {target} on port {flow.port}, but {flow.why}"
                            advice = "let a rule with a lower priority number allow it"
                            yield inventory.finding(rule, ("spec",), "reachability.security-group", message, advice)

    def unresolved(self, inventory: Inventory, rentals: Rentals) -> Iterator[Finding]:
        """Private endpoints whose name does not resolve to them."""
        return unresolved(inventory, rentals)

    def miscounted(self, inventory: Inventory) -> Iterator[Finding]:
        """Rate limits by client of gateways that only Front Door comes to."""
        return throttled(inventory)

    def ended(self, inventory: Inventory) -> Iterator[Finding]:
        """Nodes' subnets that refuse the Internet, networks that a hub cannot tell apart, and what lets nothing through."""
        yield from ways.refused(inventory)
        yield from ways.contested(inventory)
        yield from ways.closed_peerings(inventory)
        yield from ways.unspoken(inventory)


@lru_cache(maxsize=1)
def _groups(inventory: Inventory) -> SecurityGroups:
    """Those of every network, read once for all clusters."""
    return SecurityGroups(inventory.manifests)


def _subnets_of(gateway: Object) -> list[str]:
    entries = gateway.spec.get("gatewayIPConfigurations", [])
    return [entry["subnet"]["reference"]["name"] for entry in entries if "subnet" in entry]


def _served(endpoint: Object) -> tuple[str, str, str]:
    """(namespace, kind, name) of what a private endpoint leads to."""
    connections = endpoint.spec.get("privateLinkServiceConnections") or [{}]
    reference = connections[0].get("privateLinkServiceReference", {})
    return endpoint.namespace, reference.get("kind", ""), reference.get("name", "")


def _blocks(end: End, nodes: tuple[str, ...]) -> tuple[str, ...]:
    """Address blocks that packets of one end carry outside the cluster."""
    if isinstance(end, Pods):
        return nodes
    return (end.cidr,) if end.is_subnet else ()


READER = AzureNetwork
