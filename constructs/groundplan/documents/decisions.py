"""decisions.md: what the specification left open or asked for in a way that cannot work, and what is done instead."""

from __future__ import annotations

from groundplan.facts.system import System
from groundplan.layout import compliance_report
from groundplan.markdown import document, link, section, table


def page(system: System) -> str | None:
    """The whole page; none where the system's document raises no question."""
    origin = system.primary.document
    if origin is None or not origin.decisions:
        return None
    report = link("compliance report", compliance_report(system.name).name)
    return document(
        f"{system.primary.title}: decisions and deviations",
        f"Requirement by requirement, with the reason for each deviation: see the {report}.",
        section("Questions of the specification", table(["Question", "What is done"], origin.decisions.items())),
    )
