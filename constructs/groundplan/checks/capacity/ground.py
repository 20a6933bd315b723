"""What stands under the pods beside cores and memory: addresses, disks of nodes, volumes, and bursts that end."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from decimal import Decimal

from groundplan.checks.capacity.cases import Case, Outcome
from groundplan.checks.capacity.findings import at, at_pool, place_of
from groundplan.checks.capacity.placing import suits
from groundplan.checks.capacity.world import Setting
from groundplan.checks.effects import effects
from groundplan.checks.inventory import Inventory, Object
from groundplan.errors import Finding, Severity
from groundplan.kubernetes.validation import quantity
from groundplan.platforms.nodes import Nodes, Subnet

HOSTS = ("PGHOST", "POSTGRES_HOST")
"""Variables that tell a client of PostgreSQL where it is."""

MOST_SLOWER = 4
"""Times a Job may take longer among its like than alone: what its limit of CPU is to its request."""


def address_findings(
    inventory: Inventory, setting: Setting, nodes: Nodes, results: Iterable[Outcome]
) -> Iterator[Finding]:
    """Subnets whose addresses end before the nodes do, an upgrade's included."""
    most = next(result for result in results if result.case is Case.MOST)
    pools = {pool.name: pool for pool in nodes.pools}
    for subnet in nodes.subnets:
        inside = [pools[name] for name in subnet.pools if name in pools]
        hosts = [count for pool in inside for count in (*most.addressed[pool.name], *[0] * pool.surge)]
        taken = sum(_taken(subnet, count) for count in hosts)
        if taken > subnet.free:
            where, subject = place_of(inventory, setting, subnet.name, subnet.path)
            beside = f" with {' and '.join(subnet.beside)}" if subnet.beside else ""
            message = (
                f"has {subnet.free} addresses{beside}; {len(hosts)} nodes of {' and '.join(subnet.pools)}, an upgrade's "
                f"included, and their pods take {taken}"
            )
            advice = f"write a larger block in {subnet.setting}, or fewer nodes"
            yield Finding(where, "capacity.addresses", subject or subnet.name, message, advice)


def _taken(subnet: Subnet, pods: int) -> int:
    """Addresses of one node."""
    if not subnet.interface:
        return subnet.node
    return subnet.node + subnet.interface * (max(1, math.ceil(pods / (subnet.interface - 1))) + 1)


def disk_findings(inventory: Inventory, setting: Setting, nodes: Nodes) -> Iterator[Finding]:
    """Pods whose scratch space is larger than the disk of any node they may stand on."""
    for demand in setting.demands:
        inside = [pool for pool in nodes.pools if any(suits(demand, pool, zone) for zone in pool.zones or ("",))]
        largest = max((pool.each.disk for pool in inside), default=Decimal(0))
        if inside and demand.each.disk > largest:
            have = f"{_gibi(largest)}Gi of {' and '.join(pool.name for pool in inside)}"
            message = f"asks for {_gibi(demand.each.disk)}Gi of a node's own disk, and the most a node leaves is {have}"
            advice = f"write a larger cluster.node_pools.{inside[0].name}.disk, or a volume instead"
            yield at(inventory, setting, demand, "capacity.disk", message, advice)


def scratch_findings(inventory: Inventory, setting: Setting) -> Iterator[Finding]:
    """Dumps with less scratch space than half of their database's volume: a dump is packed, and twice for a moment."""
    volumes = dict(_databases(inventory, setting))
    for item in setting.objects:
        if (item.group, item.kind) != ("batch", "CronJob"):
            continue
        spec = item.spec["jobTemplate"]["spec"]["template"]["spec"]
        asked = {env.get("value") for part in ("initContainers", "containers") for one in spec.get(part, ()) for env in one.get("env", ()) if env["name"] in HOSTS}  # fmt: skip
        for host in sorted(asked & volumes.keys()):
            path = ("spec", "jobTemplate", "spec", "template", "spec", "volumes")
            sizes = [volume["emptyDir"].get("sizeLimit") for volume in spec.get("volumes", ()) if "emptyDir" in volume]
            room = max((quantity(str(size)) or Decimal(0) for size in sizes if size), default=Decimal(0))
            whole, database = volumes[host]
            if sizes and room < whole / 2:
                message = (
                    f"has {_gibi(room)}Gi of scratch space, less than half of the {_gibi(whole)}Gi of {database} "
                    f"({database.path}), which a dump may take"
                )
                advice = "write a larger data.<name>.dump.scratch, or none, so that it follows the volume"
                yield inventory.finding(item, path, "capacity.scratch", message, advice)


def _databases(inventory: Inventory, setting: Setting) -> Iterator[tuple[str, tuple[Decimal, Object]]]:
    """Host name of a database to the bytes of its volume."""
    for module in effects("capacity"):
        yield from module.volumes(inventory, setting.objects)


def booking_findings(inventory: Inventory, setting: Setting) -> Iterator[Finding]:
    """Jobs that run beside one another and ask for far less than they take.

    An autoscaler makes nodes for what is requested and finds no room; what stands already only gets slower, until its
    deadline ends it, or is killed for its memory. Services follow their load by more pods instead.
    """
    for demand in setting.demands:
        if demand.least or demand.most < 2 or not {"cpu", "memory"} <= demand.limits.keys():
            continue
        cores, memory = demand.limits["cpu"], demand.limits["memory"]
        if cores > demand.each.cpu * MOST_SLOWER:
            slower = f"up to {_number(cores / demand.each.cpu)} times as long" if demand.each.cpu else "for ever"
            message = (
                f"requests {_number(demand.each.cpu)} of the {_number(cores)} cores it takes: with {demand.most} at once "
                f"a run may take {slower}, and no autoscaler adds a node"
            )
            advice = f"request {_number(cores / MOST_SLOWER)} cores or more, or lower the limit"
            yield at(inventory, setting, demand, "capacity.overbooked", message, advice)
        if memory > demand.each.memory:
            message = (
                f"requests {_gibi(demand.each.memory)}Gi of the {_gibi(memory)}Gi of memory it takes: {demand.most} at "
                "once may fill a node that had room for their requests, and the kernel kills one of whoever is there"
            )
            yield at(inventory, setting, demand, "capacity.overbooked", message, "request what the limit says")


def _number(amount: Decimal) -> str:
    return f"{amount.quantize(Decimal('0.01')).normalize():f}"


def _gibi(amount: Decimal) -> str:
    return f"{(amount / 2**30).quantize(Decimal('0.1')).normalize():f}"


def burst_findings(
    inventory: Inventory, setting: Setting, nodes: Nodes, results: Iterable[Outcome]
) -> Iterator[Finding]:
    """Burstable machines of which more is requested at rest than they give for ever."""
    rest = next(result for result in results if result.case is Case.REST)
    for pool in nodes.pools:
        if pool.sustained is None or not rest.used[pool.name]:
            continue
        each = rest.asked[pool.name].cpu / max(rest.nodes[pool.name], 1)
        if each > pool.sustained:
            message = (
                f"{pool.machine} gives {pool.sustained} cores for ever and more only from what it saved up; at rest its pods "
                f"request {each.quantize(Decimal('0.01')).normalize():f} on each: under steady load they are throttled"
            )
            advice = f"watch the credits, or write a machine without bursts in {pool.machine_setting}"
            yield at_pool(inventory, setting, pool, "capacity.burstable", message, advice, Severity.WARNING)
