"""The documents gate: what pages and workflows have people and machines type names what exists, and can be done.

Every command counts, and every job of a workflow. A tool that no table knows is a finding, so that none is passed over.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from groundplan.checks.documents import files, kubectl, local, rented
from groundplan.checks.documents.first_images import judge_first_images
from groundplan.checks.documents.jobs import judge_jobs, judge_ways
from groundplan.checks.documents.languages import judge_languages
from groundplan.checks.documents.mirrored import judge_mirrored
from groundplan.checks.documents.pages import Page, read_pages
from groundplan.checks.documents.paused import judge_paused
from groundplan.checks.documents.place import Fault, Place
from groundplan.checks.documents.shell import Command
from groundplan.checks.documents.workflows import Workflow, read_workflows
from groundplan.checks.documents.world import World, world_of
from groundplan.checks.gate import Context, Verdict
from groundplan.checks.inventory import Inventory
from groundplan.errors import EnvironmentFileError, Finding, Location

PEOPLE = frozenset({*local.JUDGES, "kubectl", "kubeseal", "psql"})
"""Tools that a line of prose may speak of, beside those of the platforms."""


def run(inventory: Inventory, context: Context) -> Verdict:
    """Judge every command of every page, and every command and job of every workflow."""
    try:
        world = world_of(inventory, context)
    except EnvironmentFileError as error:
        return Verdict(0, error.findings)
    pages = [page for system in world.systems() for page in read_pages(context.root, system, PEOPLE | rented.tools())]
    workflows = read_workflows(inventory)
    world = replace(world, made=_made(pages))
    findings = [finding for page in pages for finding in _page(page, world)]
    for workflow in workflows:
        findings += _workflow(workflow, world)
    findings += judge_jobs(workflows, pages, world)
    findings += judge_ways(pages, world)
    findings += judge_mirrored(pages, world)
    findings += judge_paused(pages, world)
    findings += judge_first_images(pages, world)
    findings += judge_languages(workflows, world)
    judged = sum(len(page.commands) for page in pages)
    judged += sum(1 + len(job.commands) for workflow in workflows for job in workflow.jobs)
    return Verdict(judged, tuple(findings))


def _made(pages: Iterable[Page]) -> dict[str, frozenset[tuple[str, str]]]:
    found: dict[str, set[tuple[str, str]]] = {}
    for page in pages:
        found.setdefault(page.system, set()).update(
            made for command in page.commands for made in rented.made_by(command)
        )
    return {system: frozenset(made) for system, made in found.items()}


def _page(page: Page, world: World) -> Iterator[Finding]:
    place = Place(page.system, page.text)
    for command in page.commands:
        yield from (_finding(page.file, command, fault) for fault in _judge(command, world, place))


def _workflow(workflow: Workflow, world: World) -> Iterator[Finding]:
    for job in workflow.jobs:
        place = Place(workflow.system, "")
        for command in job.commands:
            yield from (_finding(workflow.file, command, fault) for fault in _judge(command, world, place))


def _finding(file: str, command: Command, fault: Fault) -> Finding:
    words = " ".join(command.words[:4])
    return Finding(Location(file, command.line), f"documents.{fault.rule}", words, fault.message, fault.advice)


def _judge(command: Command, world: World, place: Place) -> Iterator[Fault]:
    tool = command.tool
    if tool == "kubectl":
        yield from kubectl.judge(command, world, place)
    elif tool == "kubeseal":
        yield from kubectl.judge_kubeseal(command, world, place)
    elif tool in rented.tools():
        yield from rented.judge(command, world, place)
    elif tool in local.JUDGES:
        yield from local.JUDGES[tool](command, world, place)
    elif tool not in local.NAMES_NOTHING:
        yield Fault("tool", f"`{tool}` is a tool that is not known here", "correct it, or teach it to the gate")
    yield from files.judge(command, world, place)
    place.files.update(command.writes)
