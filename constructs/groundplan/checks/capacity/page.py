"""nodes.md: what each cluster's nodes hold, what stands on them in each case, and what is left."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal

from groundplan.checks.capacity.cases import Case, Outcome
from groundplan.checks.capacity.demand import Demand
from groundplan.checks.capacity.placing import suits
from groundplan.checks.capacity.world import Setting
from groundplan.facts.capacity import Amount
from groundplan.markdown import document, section, table
from groundplan.platforms.nodes import Nodes, Pool

HEAD = "<!-- Measured by groundplan from dist/, argocd/ and charts/. Run: make -->"

INTRODUCTION = (
    "Measured from the rendered manifests by the gate `capacity`: pods of services and stores, of every chart, of what operators "
    "make, and of what the platform runs by itself are put on the nodes that are left, the largest first. "
    "What finds no node is a finding. Requests count, not what is used."
)

CASES = (
    ("at rest", "every workload at its fewest pods; a standby as if it had taken over"),
    ("at their maximum", "every autoscaler at its maximum, every Job at once"),
    ("while a new version comes", "one workload after the other brings what its new version needs beside the old one"),
    (
        "with a zone gone",
        "at rest, the moment after the zone with the most nodes is lost; what has its disk there waits for it",
    ),
)

SHOWN = 12

Measured = Sequence[tuple[Setting, Sequence[Outcome]]]
"""Clusters with what comes of each case; nothing where nobody says what nodes there are."""


def pages(measured: Measured) -> dict[str, str]:
    """A page for each system with a cluster, by its name."""
    systems: dict[str, list[tuple[Setting, Sequence[Outcome]]]] = {}
    for setting, outcomes in measured:
        systems.setdefault(setting.environment.system, []).append((setting, outcomes))
    return {system: _page(clusters) for system, clusters in sorted(systems.items())}


def _page(clusters: Measured) -> str:
    title = clusters[0][0].environment.title
    sections = [
        section(setting.environment.environment, *_cluster(setting, outcomes)) for setting, outcomes in clusters
    ]
    cases = section("Cases", table(["Case", "What happens"], CASES))
    return f"{HEAD}\n{document(f'{title}: nodes', INTRODUCTION, cases, *sections)}"


def _cluster(setting: Setting, outcomes: Sequence[Outcome]) -> Iterator[str]:
    if setting.nodes is None:
        whole = _together(setting.demands)
        yield (
            f"Nobody says what nodes it has: write `platform.existing.nodes` to have it judged. Its {len(setting.demands)} "
            f"workloads request {whole} at rest."
        )
        return
    yield table(
        ["Pool", "Machine", "Nodes", "Zones", "Each leaves to pods", "of which on each node", "Pods"],
        _pools(setting.nodes, setting.demands),
    )
    yield table(["Case", "Pool", "Nodes needed", "Pods request", "Nodes leave", "To spare"], _rows(outcomes))
    yield table(["Largest at rest", "Pods", "Each requests", "Together"], _largest(setting.demands))


def _together(demands: Iterable[Demand]) -> Amount:
    return sum((demand.each.times(demand.least) for demand in demands), Amount())


def _pools(nodes: Nodes, demands: Sequence[Demand]) -> Iterator[tuple[object, ...]]:
    for pool in nodes.pools:
        daily = sum((demand.each for demand in demands if demand.per_node and _stands(demand, pool)), Amount())
        count = str(pool.most) if pool.fewest == pool.most else f"{pool.fewest} to {pool.most}"
        yield pool.name, pool.machine, count, max(len(pool.zones), 1), pool.each, daily, pool.pods


def _stands(demand: Demand, pool: Pool) -> bool:
    return any(suits(demand, pool, zone) for zone in pool.zones or ("",))


def _rows(outcomes: Iterable[Outcome]) -> Iterator[tuple[object, ...]]:
    for outcome in outcomes:
        if outcome.case is Case.CHANGE and not outcome.unplaced:
            continue  # the same nodes as at rest, and everything found its place
        for pool, count in outcome.nodes.items():
            asked, held = outcome.asked[pool], outcome.held[pool]
            yield outcome.case, pool, f"{outcome.used[pool]} of {count}", asked, held, _spare(asked, held)


def _spare(asked: Amount, held: Amount) -> str:
    """What is left of the scarcer of the two."""
    parts: Mapping[str, tuple[Decimal, Decimal]] = {"CPU": (asked.cpu, held.cpu), "memory": (asked.memory, held.memory)}
    name, (part, whole) = min(parts.items(), key=lambda item: (item[1][1] - item[1][0]) / (item[1][1] or 1))
    return f"{int((whole - part) * 100 / (whole or 1))} % of the {name}"


def _largest(demands: Iterable[Demand]) -> Iterator[tuple[object, ...]]:
    rows = [(demand.each.times(demand.least), demand) for demand in demands if not demand.per_node and demand.least]
    rows.sort(key=lambda row: (-row[0].cpu, -row[0].memory, row[1].name))
    for whole, demand in rows[:SHOWN]:
        yield demand.name, demand.least, demand.each, whole
