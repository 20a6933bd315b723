"""roadmap.md: the phases people agreed on, what each is about, and what it delivers."""

from __future__ import annotations

from groundplan.facts.system import System
from groundplan.markdown import bullets, checklist, document, link, section, table
from groundplan.model.operations import Phase


def page(system: System) -> str | None:
    """The whole page; none where there are no phases."""
    operations = system.primary.operations
    if operations is None or not operations.roadmap:
        return None
    rows = [
        (_title(name), phase.when, phase.focus, f"{phase.users:,}" if phase.users else "not stated")
        for name, phase in operations.roadmap.items()
    ]
    return document(
        f"{system.primary.title}: roadmap",
        table(["Phase", "When", "Focus", "Users"], rows),
        f"What each phase's users mean for pods and nodes: see {link('capacity', 'capacity.md')}.",
        *(section(_title(name), *_phase(phase)) for name, phase in operations.roadmap.items()),
    )


def _title(name: str) -> str:
    return name.replace("-", " ").capitalize()


def _phase(phase: Phase) -> list[str]:
    return [
        f"{phase.when[:1].upper()}{phase.when[1:]}: {phase.focus}.",
        section("Targets", bullets(phase.targets), level=3),
        section("Deliverables", checklist(phase.deliverables), level=3),
    ]
