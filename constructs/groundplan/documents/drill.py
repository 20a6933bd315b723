"""dr-drill.md: the regular rehearsal of the failover, and the form of its report."""

from __future__ import annotations

from groundplan.documents import way_back
from groundplan.documents.disaster_recovery import SHARES, minutes
from groundplan.facts.system import System
from groundplan.markdown import checklist, document, link, numbered, section, table


def page(system: System) -> str | None:
    """The whole page; none where nothing stands by."""
    primary = system.primary
    standby = system.standby_of(primary)
    if standby is None or standby.recovery is None:
        return None
    recovery = standby.recovery
    there = f"in {link('the way back', 'way-back.md')}" if way_back.is_built(standby) else "there"
    *derived, last = [(title, minutes(recovery, title), "") for title in SHARES]
    rows = [*derived, *((step.title, step.minutes, "") for step in recovery.steps), last]
    return document(
        f"{primary.title}: disaster recovery drill",
        f"Due {recovery.drill_comes}, schedule `{recovery.drill}` in UTC. A scheduled workflow opens the issue; the report "
        "is written there.",
        section(
            "Before",
            checklist(
                [
                    "date agreed with everybody who depends on the system, outside its busy hours",
                    "a backup newer than an hour exists and its restore test has passed",
                    f"`{standby.environment}` is Synced and Healthy, and its database follows within {recovery.rpo}",
                    "roles given out: who leads, who acts, who writes the times down",
                ]
            ),
        ),
        section(
            "The drill",
            numbered(
                [
                    "Start the clock. The leader declares the site lost; nobody repairs it.",
                    f"Go through {link('the failover', 'disaster-recovery.md')} step by step, and note when each ends.",
                    "Measure the recovery point: the age of the newest row on the standby when it was promoted.",
                    "Serve a share of real or recorded traffic from the standby for an hour.",
                    f"Go back as described {there}, and check again.",
                ]
            ),
        ),
        section(
            "Report",
            table(
                ["What", "Objective", "Measured"],
                [
                    ("Date and participants", "", ""),
                    ("Recovery time", f"at most {recovery.rto}", ""),
                    ("Recovery point", f"at most {recovery.rpo}", ""),
                    ("Data checks passed", "all", ""),
                    ("Gone back without loss", "yes", ""),
                ],
            ),
            table(["Step", "Minutes at most", "Minutes taken"], rows),
            "Findings, each with an owner and a date. A missed objective is a finding that stays open until a drill meets it.",
        ),
    )
