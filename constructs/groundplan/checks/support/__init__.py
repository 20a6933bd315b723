"""The support gate: nothing that is rendered has reached the end of its support, or somebody signed that it may.

What ends is in dated tables, with the page each day is from. The day of the run is part of the question: what passed
yesterday fails on the day after its end, in a nightly run first; `GROUNDPLAN_TODAY` repeats a run of another day.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from groundplan.checks.exemptions import Exemptions
from groundplan.checks.gate import Context, NotJudged, Verdict
from groundplan.checks.inventory import Inventory
from groundplan.checks.support.tables import RULES, Table, tables
from groundplan.checks.support.uses import Use, Uses
from groundplan.checks.today import today as current_day
from groundplan.errors import Finding, Severity

FAMILY = "support-"
"""What the rules of this gate begin with."""

NOTICE = timedelta(days=90)
"""How long before the end it is told."""


def run(inventory: Inventory, context: Context, *, today: date | None = None) -> Verdict:
    """Hold every version against its last day.

    Args:
        inventory: what there is.
        context: environments, for exemptions and for clusters that nobody renders.
        today: the day. Default the current one, or the one `GROUNDPLAN_TODAY` names.
    """
    day = today or current_day()
    exemptions = Exemptions(context, RULES, family=FAMILY, today=day)
    uses = Uses(inventory, context)
    judged, unknown, findings = 0, 0, list[Finding]()
    for table in tables():
        for use in uses.of(table):
            if use.version not in table.ends:
                if not table.only:
                    unknown += 1
                    findings.append(_unknown(table, use))
                continue
            judged += 1
            findings += _judge(table, use, day, exemptions)
    reason = NotJudged("no table says when its support ends", unknown)
    return Verdict(judged, (*findings, *exemptions.findings()), (reason,) if unknown else ())


def _judge(table: Table, use: Use, day: date, exemptions: Exemptions) -> Iterator[Finding]:
    end = table.ends[use.version]
    if end is None or end > day + NOTICE:
        return
    if exemptions.cover_named(table.rule, use.system, use.kind, use.namespace, use.name):
        return
    ended = end < day
    message = f"support of {table.what} {use.version} {'ended' if ended else 'ends'} on {end} ({table.source}, read {table.read})"
    advice = f"write {table.instead} at {table.key}"
    signed = f"{advice}, or an exemption from {table.rule} with an owner, a reason and an end"
    severity = Severity.ERROR if ended else Severity.WARNING
    yield Finding(use.where, f"support.{table.rule.removeprefix(FAMILY)}", use.subject, message, signed, severity)


def _unknown(table: Table, use: Use) -> Finding:
    message = f"no row says when support of {table.what} {use.version} ends"
    advice = f"add it to {table.name}, from {table.source}"
    return Finding(use.where, "support.unknown", use.subject, message, advice, Severity.NOT_JUDGED)
