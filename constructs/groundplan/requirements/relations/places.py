"""Where things stand, and what is around them: pools of nodes, their security groups, subnets and the ways out of those."""

from __future__ import annotations

from groundplan.checks.capacity.placing import suits
from groundplan.requirements.relations.asked import current
from groundplan.requirements.relations.evidence import clouds


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
    """Whether nodes of a pool wear one group of firewall rules, and no other, by what they are made from."""
    asked = current()
    known = next((found for cloud in clouds() if (found := cloud.wears(asked, pool, group)) is not None), None)
    return known if known is not None else asked.no(f"nodes of {pool} are made from no template of ours")


def leads(subnet: str, gateway: str) -> bool:
    """Whether everything that leaves a subnet for the Internet goes through a gateway, which gets there itself.

    A gateway of the public kind hangs on the subnet's own network; one that translates stands in a subnet with a way out of
    its own, and has an address.
    """
    asked = current()
    known = next((found for cloud in clouds() if (found := cloud.leads(asked, subnet, gateway)) is not None), None)
    return known if known is not None else asked.no(f"there is no subnet {subnet}")
