"""Whether code is tested in the language that it is written in, by a job that has the tools for it.

What language a service is written in is read from what its pods are told: each runtime has variables of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from groundplan.checks.documents.workflows import Job, Workflow
from groundplan.checks.documents.world import World
from groundplan.checks.runtimes import containers, runtime_of, variables
from groundplan.errors import Finding, Location

TESTED: Mapping[str, str] = {
    "gradlew": "java", "mvnw": "java", "gradle": "java", "mvn": "java",
    "npm": "node", "npx": "node",
    "bandit": "python", "mypy": "python", "pip": "python", "pylint": "python", "pytest": "python",
}  # fmt: skip
"""Tool to the language that it is for."""

SETS_UP: Mapping[str, str] = {
    "actions/setup-java": "java",
    "actions/setup-node": "node",
    "actions/setup-python": "python",
}


def judge_languages(workflows: Iterable[Workflow], world: World) -> Iterator[Finding]:
    """Jobs that use what they did not set up, and images whose code is tested as if it were another language's."""
    told: dict[str, dict[str, str]] = {}
    for workflow in workflows:
        if workflow.system not in told:
            told[workflow.system] = _told(world, workflow.system)
        used = {TESTED[command.tool] for job in workflow.jobs for command in job.commands if command.tool in TESTED}
        for job in workflow.jobs:
            yield from _unprepared(workflow, job)
            for language, services in _built(world, workflow, job, told[workflow.system]).items():
                if used and language not in used:
                    message = f"builds {', '.join(services)}, whose pods are told of {language}, and tests run for {', '.join(sorted(used))} alone"
                    advice = f"write language: {language} for each in pipelines.services"
                    yield _finding(workflow, job, "language", message, advice)


def _unprepared(workflow: Workflow, job: Job) -> Iterator[Finding]:
    uses = {str(step.get("uses", "")).partition("@")[0] for step in job.document.get("steps", ())}
    there = {language for action, language in SETS_UP.items() if action in uses}
    for tool in dict.fromkeys(command.tool for command in job.commands if command.tool in TESTED):
        if TESTED[tool] not in there:
            message = f"runs `{tool}` without having set up {TESTED[tool]}"
            yield _finding(workflow, job, "unprepared", message, "name what the code is written in, or set it up first")


def _finding(workflow: Workflow, job: Job, rule: str, message: str, advice: str) -> Finding:
    return Finding(Location(workflow.file, job.line), f"documents.{rule}", f"jobs.{job.name}", message, advice)


def _built(world: World, workflow: Workflow, job: Job, told: Mapping[str, str]) -> dict[str, list[str]]:
    """Services whose image the job builds, by what their pods say that they are written in."""
    built = {command.words[-1] for command in job.commands if command.words[:2] == ("docker", "build")}
    found: dict[str, list[str]] = {}
    own = (item.pipelines for item in world.environments.values() if item.system == workflow.system)
    chapter = next((item for item in own if item is not None), None)
    for name, build in chapter.services.items() if chapter is not None else ():
        if build.folder in built and name in told:
            found.setdefault(told[name], []).append(name)
    return found


def _told(world: World, system: str) -> dict[str, str]:
    """Workload to the language that its variables belong to."""
    found: dict[str, str] = {}
    for item in world.inventory.manifests:
        for _, container in containers(item) if item.system == system else ():
            language = runtime_of(variables(world.inventory, item, container))
            if language is not None:
                found[item.name] = language
    return found
