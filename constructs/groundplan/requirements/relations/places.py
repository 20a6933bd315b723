"""Where things stand, and what is around them: pools of nodes, their security groups, subnets and the ways out of those."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from groundplan.checks.capacity.placing import suits
from groundplan.checks.inventory import Object
from groundplan.platforms.registry import platform_of
from groundplan.requirements.ground import Ground
from groundplan.requirements.relations.asked import Asked, current

EC2, EKS = "ec2.services.k8s.aws", "eks.services.k8s.aws"
EVERYWHERE = "0.0.0.0/0"


def stands(workload: str, pool: str) -> bool:
    """Whether pods of a workload or database may stand on nodes of one pool alone, and that pool is there."""
    asked = current()
    setting = asked.ground.setting
    mine = [
        demand
        for demand in setting.demands
        if demand.item is not None
        and (demand.namespace, demand.item.name) == (asked.ground.environment.namespace, workload)
        and demand.name == str(demand.item)
    ]
    if not mine or setting.nodes is None:
        return asked.no(f"there is no workload {workload}" if not mine else "nobody says what nodes there are")
    named = {str(item): item for item in setting.own}
    for demand in mine:
        asked.through(demand.item, "standing")
        taking = [
            one
            for one in setting.nodes.pools
            if one.most and any(suits(demand, one, zone) for zone in one.zones or ("",))
        ]
        if [one.name for one in taking] != [pool]:
            return asked.no(f"{demand.name} stands on {', '.join(one.name for one in taking) or 'no pool'}")
        asked.through(named.get(taking[0].name_of_object), f"pool {' '.join(map(str, taking[0].path))}")
    return True


def wears(pool: str, group: str) -> bool:
    """Whether nodes of a pool wear one security group, and no other, by the template they are made from."""
    asked = current()
    world, scope = asked.ground.world, asked.ground.scope
    for item in world.of(EKS, "Nodegroup", scope):
        template = (item.spec.get("launchTemplate") or {}).get("name")
        for made in world.of(EC2, "LaunchTemplate", scope) if item.name == pool else ():
            if made.spec.get("name") == template:
                asked.through(item, "templated")
                asked.through(made, "template")
                worn = [str(text) for text in (made.spec.get("data") or {}).get("securityGroupIDs") or ()]
                known = [_called(asked.ground, text) for text in worn]
                return known == [group] or asked.no(f"nodes of {pool} wear {', '.join(known) or 'no group of ours'}")
    return asked.no(f"nodes of {pool} are made from no template of ours")


def _called(ground: Ground, assigned: str) -> str:
    """The name of the object that a cloud's id stands for."""
    ids, known = ground.environment.ids, platform_of(ground.environment).assigned_ids()
    return next((item.name for key, item in known.items() if ids.get(key) == assigned), assigned)


def leads(subnet: str, gateway: str) -> bool:
    """Whether everything that leaves a subnet for the Internet goes through a gateway, which gets there itself.

    A gateway of the public kind hangs on the subnet's own network; one that translates stands in a subnet with a way out of
    its own, and has an address.
    """
    asked = current()
    found = next(iter(_named(asked, "Subnet", subnet)), None)
    if found is None:
        return asked.no(f"there is no subnet {subnet}")
    asked.through(found, "subnet")
    ways = list(_ways_out(asked, found))
    named = [str((way.get("natGatewayRef") or way.get("gatewayRef") or {}).get("from", {}).get("name")) for way in ways]
    if named != [gateway]:
        return asked.no(f"{subnet} goes out by {', '.join(named) or 'nothing'}")
    return _goes_out(asked, found, ways[0], gateway)


def _goes_out(asked: Asked, subnet: Object, way: Mapping[str, Any], gateway: str) -> bool:
    if "gatewayRef" in way:
        for item in _named(asked, "InternetGateway", gateway):
            asked.through(item, "gateway")
            network = (item.spec.get("vpcRef") or {}).get("from")
            return network == (subnet.spec.get("vpcRef") or {}).get("from") or asked.no(f"{item} is of another network")
        return asked.no(f"there is no gateway {gateway}")
    for item in _named(asked, "NATGateway", gateway):
        asked.through(item, "gateway")
        place = str((item.spec.get("subnetRef") or {}).get("from", {}).get("name"))
        address = str((item.spec.get("allocationRef") or {}).get("from", {}).get("name"))
        owned = list(_named(asked, "ElasticIPAddress", address))
        for one in owned:
            asked.through(one, "address")
        outside = [one for found in _named(asked, "Subnet", place) for one in _ways_out(asked, found)]
        public = bool(outside) and all("gatewayRef" in one for one in outside)
        return (bool(owned) and public) or asked.no(f"{item} has no address, or no way out of {place}")
    return asked.no(f"there is no gateway {gateway}")


def _named(asked: Asked, kind: str, name: str) -> Iterator[Object]:
    return (item for item in asked.ground.world.of(EC2, kind, asked.ground.scope) if item.name == name)


def _ways_out(asked: Asked, subnet: Object) -> Iterator[Mapping[str, Any]]:
    """Routes to everywhere of the tables that a subnet is given."""
    for entry in subnet.spec.get("routeTableRefs") or ():
        for table in _named(asked, "RouteTable", str(entry["from"]["name"])):
            asked.through(table, "routing")
            yield from (
                route for route in table.spec.get("routes") or () if route.get("destinationCIDRBlock") == EVERYWHERE
            )
