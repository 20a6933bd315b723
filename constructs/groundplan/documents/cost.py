"""cost.md: what a month was planned to cost, line by line, beside what it is computed to cost and what keeps it low."""

from __future__ import annotations

from groundplan.facts.system import System
from groundplan.markdown import document, section, table
from groundplan.model.operations import Cost


def page(system: System) -> str | None:
    """The whole page; none where there is no budget."""
    operations = system.primary.operations
    if operations is None or operations.cost is None:
        return None
    cost = operations.cost
    return document(
        f"{system.primary.title}: cost",
        f"A month of `{system.primary.environment}`, in {cost.currency}. The plan adds up to the agreed budget: an "
        "environment in which it does not is refused.",
        section("Budget", _lines(cost)),
        section("Where plan and resources part", _notes(cost)),
    )


def _lines(cost: Cost) -> str:
    rows: list[tuple[str, ...]] = [
        (item.what, money(item.planned), money(item.computed), item.measure or "none") for item in cost.items.values()
    ]
    computed = [item.computed for item in cost.items.values() if item.computed is not None]
    whole = len(computed) == len(cost.items)
    rows += [
        (
            "**together**",
            f"**{money(cost.planned)}**",
            f"**{money(sum(computed))}**" if whole else f"{len(computed)} of {len(cost.items)} lines",
            "",
        ),
        ("**agreed budget**", f"**{money(cost.budget)}**", "", ""),
    ]
    return table(["What", "Planned", "Computed", "Kept low by"], rows)


def _notes(cost: Cost) -> str:
    return table(["What", "Why"], [(item.what, item.note) for item in cost.items.values() if item.note])


def money(amount: float | None) -> str:
    """An amount as people write it; cents only where there are some."""
    if amount is None:
        return "not computed"
    return f"{amount:,.0f}" if amount == int(amount) else f"{amount:,.2f}"
