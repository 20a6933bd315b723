"""GitHub Actions workflows for the repository that holds a system's code, laid out as they are copied there."""

from __future__ import annotations

from groundplan.facts.system import System
from groundplan.kubernetes.objects import Json
from groundplan.pipelines import change, delivery, drill, integration, release, version
from groundplan.platforms.workflows import workflows_of

FOLDER = ".github/workflows"


def workflow_files(system: System) -> dict[str, Json]:
    """Every workflow of `system` by its path in the code repository; none where it has no pipelines chapter."""
    chapter = system.primary.pipelines
    workflows = {}
    if chapter is not None:
        workflows["ci.yml"] = integration.workflow(system, chapter)
        if chapter.built_on("commit") and system.promotions:
            workflows["cd.yml"] = delivery.workflow(system, chapter)
        if chapter.built_on("release") and system.promotions:
            workflows["release.yml"] = release.workflow(system, chapter)
        if chapter.built_on("tag") and system.promotions:
            workflows["version.yml"] = version.workflow(system, chapter)
        if chapter.gates.rollback_plan:
            workflows["change.yml"] = change.workflow()
        workflows |= workflows_of(system.primary).further(system, chapter)
        if system.primary.recovery is not None:
            workflows["dr-drill.yml"] = drill.workflow(system, system.primary.recovery)
    return {f"{FOLDER}/{name}": workflow for name, workflow in workflows.items()}


__all__ = ["workflow_files"]
