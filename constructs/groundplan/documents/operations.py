"""operations.md: incidents by severity, routine work by rhythm, remedies, risks and log queries worth keeping."""

from __future__ import annotations

from collections.abc import Mapping

from groundplan.documents import backup, capacity, cost, drill, on_call
from groundplan.facts.system import System
from groundplan.markdown import checklist, code, document, link, numbered, section, table
from groundplan.model.operations import Incident, Operations, Remedy, Risk
from groundplan.page import Writer

PAGES_ABOUT: dict[str, tuple[str, Writer]] = {
    "backup": ("backup-and-restore.md", backup.page),
    "capacity": ("capacity.md", capacity.page),
    "cost": ("cost.md", cost.page),
    "disaster recovery": ("dr-drill.md", drill.page),
    "alert": ("on-call.md", on_call.page),
}
"""Words in an item of routine work to the page it is done with, and what writes that page."""

QUERIES = "Log queries"


def page(system: System) -> str | None:
    """The whole page; none where nothing was agreed on."""
    operations = system.primary.operations
    if operations is None:
        return None
    written = [
        section("Incidents", _incidents(operations.incidents)),
        section("Routine work", *_routine(system, operations)),
        section("Remedies", *(_remedy(remedy) for remedy in operations.remedies.values())),
        section("Risks", _risks(operations.risks)),
        section(QUERIES, *_queries(operations.saved_queries)),
    ]
    if not any(written):
        return None
    return document(
        f"{system.primary.title}: operations",
        f"What the people who run it agreed on. Owner: {system.primary.owner.team}, on call: {system.primary.owner.oncall}.",
        *written,
    )


def _incidents(incidents: Mapping[str, Incident]) -> str:
    rows = [
        (severity, incident.meaning, incident.respond, incident.escalate, incident.action)
        for severity, incident in sorted(incidents.items())
    ]
    return table(["Severity", "Meaning", "Response", "Escalation", "Action"], rows)


def _routine(system: System, operations: Operations) -> list[str]:
    if not operations.checklists:
        return []
    return [
        f"Lists to work through, {', '.join(operations.checklists)}.",
        *_lists(system, operations),
    ]


def _lists(system: System, operations: Operations) -> list[str]:
    return [
        section(rhythm.capitalize(), checklist(_with_link(system, operations, item) for item in items), level=3)
        for rhythm, items in operations.checklists.items()
    ]


def _with_link(system: System, operations: Operations, item: str) -> str:
    """The item, and where it is done; an item that no page is about stands alone."""
    for word, (file, write) in PAGES_ABOUT.items():
        if word in item.lower() and write(system) is not None:
            return f"{item}: {link(file.removesuffix('.md').replace('-', ' '), file)}"
    if "log" in item.lower() and operations.saved_queries:
        return f"{item}: {link(QUERIES.lower(), '#log-queries')}"
    return item


def _remedy(remedy: Remedy) -> str:
    return section(remedy.symptom, numbered(remedy.steps), level=3)


def _risks(risks: Mapping[str, Risk]) -> str:
    return table(
        ["Depends on", "Level", "What is done about it"],
        [(risk.dependency, risk.level, risk.mitigation) for risk in risks.values()],
    )


def _queries(queries: Mapping[str, str]) -> list[str]:
    return [
        section(name.replace("-", " ").capitalize(), code(query.strip(), "kusto"), level=3)
        for name, query in queries.items()
    ]
