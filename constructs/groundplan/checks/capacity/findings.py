"""What the capacity gate says: who finds no node in which case, why, who takes the most, and what to write."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from groundplan.checks.capacity.cases import Case, Outcome, fits
from groundplan.checks.capacity.demand import Demand
from groundplan.checks.capacity.placing import HOST, Reason, Unplaced, refusing, suits
from groundplan.checks.capacity.world import Setting
from groundplan.checks.inventory import Inventory
from groundplan.errors import Finding, Location, Severity
from groundplan.facts.capacity import Amount
from groundplan.layout import ENVIRONMENTS
from groundplan.platforms.nodes import Nodes, Pool
from groundplan.yaml.marked import YamlPath, dotted

SHOWN = 3
"""How many of the largest are named."""

TRIED = 12
"""How many more nodes are tried before a larger machine is the only advice."""


def placement_findings(
    inventory: Inventory, setting: Setting, nodes: Nodes, results: Iterable[Outcome]
) -> Iterator[Finding]:
    """Everything that finds no node, each workload's own fault once, and each case's lack of room once for each pool."""
    said: set[str] = set()
    full: dict[tuple[str, ...], list[tuple[Outcome, list[Unplaced]]]] = defaultdict(list)
    for result in results:
        here: dict[tuple[str, ...], list[Unplaced]] = defaultdict(list)
        for item in result.unplaced:
            if item.reason is Reason.FULL:
                here[tuple(pool.name for pool in _open(nodes, item.demand))].append(item)
            elif item.demand.name not in said:
                said.add(item.demand.name)
                yield _own_fault(inventory, setting, nodes, result.case, item)
        for names, items in here.items():
            full[names].append((result, items))
    for names, cases in full.items():
        yield _no_room(inventory, setting, nodes, names, cases)


def _open(nodes: Nodes, demand: Demand) -> list[Pool]:
    """Pools the pods may stand in; one that they may enter in some zone counts."""
    return [pool for pool in nodes.pools if any(suits(demand, pool, zone) for zone in pool.zones or ("",))]


def _own_fault(inventory: Inventory, setting: Setting, nodes: Nodes, case: Case, item: Unplaced) -> Finding:
    if item.reason is Reason.NOWHERE:
        rule, message, advice = "capacity.nowhere", *_nowhere(nodes, item.demand)
    else:
        rule, message, advice = "capacity.apart", *_apart(nodes, case, item)
    return at(inventory, setting, item.demand, rule, message, advice)


def _nowhere(nodes: Nodes, demand: Demand) -> tuple[str, str]:
    selected = [
        pool for pool in nodes.pools if all(pool.labels.get(key) == value for key, value in demand.selector.items())
    ]
    refused = [f"{pool.name} ({', '.join(_taint(taint) for taint in refusing(demand, pool))})" for pool in selected]
    if not refused:
        labels = ", ".join(f"{key}={value}" for key, value in demand.selector.items())
        known = ", ".join(pool.name for pool in nodes.pools)
        return f"no pool has the labels it asks for ({labels or 'by affinity'})", f"name one of the pools {known}"
    return (
        f"stands no taint of the pools it may use: {'; '.join(refused)}",
        "let it tolerate them, or name another pool",
    )


def _taint(taint: Mapping[str, str]) -> str:
    return f"{taint['key']}={taint.get('value', '')}:{taint['effect']}"


def _apart(nodes: Nodes, case: Case, item: Unplaced) -> tuple[str, str]:
    demand = item.demand
    pools = _open(nodes, demand)
    keys = {*(rule.key for rule in demand.apart), *(rule.key for rule in demand.spread)}
    places = sum(pool.most for pool in pools) if HOST in keys else max(len(pool.zones) for pool in pools)
    what = "nodes" if HOST in keys else "zones"
    wanted = demand.least + demand.extra if case is Case.CHANGE else demand.most if case is Case.MOST else demand.least
    where = " and ".join(pool.name for pool in pools)
    message = f"{case}, {item.count} of {wanted} pods find no place apart from the others: {where} has {places} {what}"
    advice = (
        f"write {pools[0].setting}: {wanted} or more, run fewer of them, or let an old pod go before a new one comes"
    )
    return message, advice


def at(
    inventory: Inventory,
    setting: Setting,
    demand: Demand,
    rule: str,
    message: str,
    advice: str,
    severity: Severity = Severity.ERROR,
) -> Finding:
    """A finding at the object that brings the pods."""
    if demand.item is None:
        return Finding(Location(f"dist/{setting.scope}"), rule, demand.name, message, advice, severity)
    where = inventory.locate(demand.item, *demand.path)
    subject = f"{demand.name}: {dotted(demand.path)}" if demand.path else demand.name
    return Finding(where, rule, subject, message, advice, severity)


def at_pool(
    inventory: Inventory,
    setting: Setting,
    pool: Pool,
    rule: str,
    message: str,
    advice: str,
    severity: Severity = Severity.ERROR,
) -> Finding:
    """A finding at the object that makes the nodes, or at the environment that alone tells of them."""
    where, subject = place_of(inventory, setting, pool.name_of_object, pool.path)
    return Finding(where, rule, subject or pool.setting, message, advice, severity)


def place_of(inventory: Inventory, setting: Setting, named: str, path: YamlPath) -> tuple[Location, str]:
    """Where a rendered object of that `Kind name` lies, and how it is called; the environment's file where there is none."""
    for item in setting.own:
        if str(item) == named:
            return inventory.locate(item, *path), f"{item}: {dotted(path)}"
    system, environment = setting.scope.split("/")
    return Location(f"{ENVIRONMENTS}/{system}/{environment}.yaml"), ""


def _no_room(
    inventory: Inventory,
    setting: Setting,
    nodes: Nodes,
    names: tuple[str, ...],
    cases: list[tuple[Outcome, list[Unplaced]]],
) -> Finding:
    """Said once for some pools, by the first case in which they do not hold everything; the advice heeds them all."""
    (result, items), *others = cases
    pools = [pool for pool in nodes.pools if pool.name in names]
    first = max(pools, key=lambda pool: pool.each.cpu * pool.most)
    missing = sum((item.demand.each.times(item.count) for item in items), Amount())
    who = ", ".join(f"{item.count} of {item.demand.name}" for item in items[:SHOWN])
    more = f" and {len(items) - SHOWN} more" if len(items) > SHOWN else ""
    also = f" (nor {', nor '.join(other.case for other, _ in others)})" if others else ""
    has = " and ".join(f"{result.nodes[pool.name]} x {pool.machine}" for pool in pools)
    held = sum((result.held[pool.name] for pool in pools), Amount())
    disk = f"; of their disks {missing.disk / 2**30:.0f}Gi" if _by_disk(items, result, pools) else ""
    message = (
        f"{result.case}{also}, {who}{more} find no room in {' and '.join(names)}: {has} leave {held} to pods, "
        f"{missing} are missing{disk}; most take {_largest(setting.demands, pools, result.case)}"
    )
    advice = _advice(setting, nodes, [outcome.case for outcome, _ in cases], first)
    return at_pool(inventory, setting, first, "capacity.no-room", message, advice)


def _by_disk(items: Sequence[Unplaced], result: Outcome, pools: Sequence[Pool]) -> bool:
    """Whether cores and memory would do, and what the nodes' own disks hold does not."""
    free = sum((result.held[pool.name] - result.asked[pool.name] for pool in pools), Amount())
    wanted = sum((item.demand.each.times(item.count) for item in items), Amount())
    return wanted.disk > free.disk


def _largest(demands: Sequence[Demand], pools: Sequence[Pool], case: Case) -> str:
    amounts: list[tuple[Amount, str]] = []
    for demand in demands:
        inside = [pool for pool in pools if any(suits(demand, pool, zone) for zone in pool.zones or ("",))]
        if inside:
            count = (
                sum(pool.most for pool in inside)
                if demand.per_node
                else demand.most
                if case is Case.MOST
                else demand.least
            )
            amounts.append((demand.each.times(count), f"{demand.name} ({count} x {demand.each})"))
    amounts.sort(key=lambda entry: -entry[0].cpu)
    return ", ".join(text for _, text in amounts[:SHOWN])


def _advice(setting: Setting, nodes: Nodes, cases: Sequence[Case], pool: Pool) -> str:
    system, environment = setting.scope.split("/")
    counts = {item.name: item.most for item in nodes.pools}
    enough = next(
        (
            number
            for number in range(pool.most + 1, pool.most + TRIED + 1)
            if all(fits(case, nodes.pools, {**counts, pool.name: number}, setting.demands) for case in cases)
        ),
        None,
    )
    file = f"{ENVIRONMENTS}/{system}/{environment}.yaml"
    more = f"write {pool.setting}: {enough} in {file}" if enough else f"more nodes alone do not help; write in {file}"
    return f"{more}, a larger machine in {pool.machine_setting}, `cluster.size: small`, or fewer and smaller pods"
