"""A review in the terminal: the worst first, the same change of many objects in one line."""

from __future__ import annotations

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from groundplan.review.beyond.whole import Effects, sections
from groundplan.review.outcome import Outcome, Reason
from groundplan.review.report import Group, Review

COLORS = {
    Outcome.IMPOSSIBLE: "bold red",
    Outcome.STATEFUL_DELETION: "bold red",
    Outcome.EXPOSURE: "red",
    Outcome.PROTECTION: "red",
    Outcome.RECREATED: "red",
    Outcome.DELETED: "yellow",
    Outcome.UNKNOWN: "magenta",
    Outcome.RESTART: "yellow",
    Outcome.CREATED: "green",
    Outcome.IN_PLACE: "green",
    Outcome.NOTHING: "dim",
}
SAYS_IT_ALL = ("opens ", "no longer ", "takes away ")
"""Beginnings of reasons beside which the values themselves tell nothing."""

MOST_REASONS = 8
"""Fields of one object that are told before the rest is counted."""


def print_review(review: Review, console: Console, *, effects: Effects | None = None, everything: bool = False) -> None:
    """Print it; objects that nothing happens to are counted, unless `everything` is asked for."""
    if not review.entries:
        console.print("nothing that is rendered changes")
        return
    console.print(_summary(review))
    for name, told in sections(effects or Effects()):
        console.print(f"\n[bold]{name}[/]")
        for text in told:
            console.print(f"  {escape(text)}", highlight=False)
    for group in review.groups():
        if everything or group.outcome is not Outcome.NOTHING:
            console.print(f"\n[{COLORS[group.outcome]}]{group.outcome}[/]: {escape(title(group))}")
            for line in lines(group):
                console.print(f"  {escape(line)}", highlight=False)
    if review.others:
        console.print(f"\n{len(review.others)} changed files are no objects: {escape(', '.join(review.others[:5]))}")


def _summary(review: Review) -> Table:
    outcomes = review.outcomes()
    table = Table(title=f"{len(review.entries)} objects change; the worst: {review.outcome}")
    table.add_column("environment")
    for outcome in outcomes:
        table.add_column(str(outcome), justify="right", style=COLORS[outcome])
    for scope, counts in review.counts().items():
        table.add_row(scope, *(str(counts.get(outcome, "")) for outcome in outcomes))
    return table


def title(group: Group) -> str:
    """What it is about: the object, or how many and where."""
    first = group.entries[0].change
    if len(group.entries) == 1:
        return f"{first.identity} ({first.identity.scope})"
    kinds = {entry.change.identity.kind for entry in group.entries}
    scopes = sorted({entry.change.identity.scope for entry in group.entries})
    names = sorted({entry.change.identity.name for entry in group.entries})
    shown = ", ".join(names[:4]) + (f" and {len(names) - 4} more" if len(names) > 4 else "")
    return f"{len(group.entries)} {'/'.join(sorted(kinds))}: {shown} ({', '.join(scopes)})"


def lines(group: Group) -> list[str]:
    """Its fields, the worst first; what is worse than in place is named, the rest only as far as there is room."""
    reasons = list(group.reasons)
    told = [line(item, group.outcome) for item in reasons[:MOST_REASONS]]
    rest = len(reasons) - len(told)
    return [*told, *([f"and {rest} more fields"] if rest else [])]


def line(reason: Reason, outcome: Outcome) -> str:
    """One field: what it was, what it is, and what that does where it is not what the whole object does."""
    change = " -> ".join(part or "(none)" for part in (reason.before, reason.after)) if reason.path else ""
    if reason.why.startswith(SAYS_IT_ALL):
        change = ""
    apart = f"[{reason.outcome}] " if reason.outcome is not outcome else ""
    return ": ".join(filter(None, (f"{apart}{reason.path}".strip(), change, reason.why)))
