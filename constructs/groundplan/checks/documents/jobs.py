"""What must be true of a workflow's jobs: who runs them, what they may do, and that none takes the turn of another."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from groundplan.checks.documents.awaited import judge_awaited
from groundplan.checks.documents.options import options
from groundplan.checks.documents.pages import Page
from groundplan.checks.documents.shell import Command
from groundplan.checks.documents.workflows import Job, Workflow
from groundplan.checks.documents.world import World, is_placeholder
from groundplan.checks.inventory import MANAGEMENT_CLUSTER
from groundplan.errors import Finding, Location
from groundplan.github import actions
from groundplan.pipelines.structure import problems
from groundplan.platforms.pages import pages_of

HOSTED = re.compile(r"^(ubuntu|windows|macos)-")
"""Labels of runners that GitHub runs, outside of every network."""

NEEDED_BY_GH = {"issue": {"issues": "write"}, "run": {"actions": "read"}}
"""Command of `gh` to the permissions it needs."""

_ASKED = re.compile(r"/api/v1/applications/([a-z0-9.-]+)")

_USES = re.compile(r"\b(secrets|vars)\.([A-Z][A-Z0-9_]*)")


def judge_jobs(workflows: Iterable[Workflow], pages: Iterable[Page], world: World) -> Iterator[Finding]:
    """Everything wrong with the jobs of all workflows."""
    told = {page.system: "" for page in pages}
    for page in pages:
        told[page.system] += page.text
    listed = list(workflows)
    for workflow in listed:
        for where, what in problems(dict(workflow.document)):
            yield _finding(workflow, 1, "structure", where, what, "correct the workflow")
        yield from _settings(workflow, told.get(workflow.system, ""))
        yield from _reaches(workflow, world)
        for job in workflow.jobs:
            yield from _permissions(workflow, job)
            yield from _pushes(workflow, job, told.get(workflow.system, ""), world)
            yield from _unreviewed(workflow, job, world)
            yield from judge_awaited(workflow, job, world)
    yield from _turns(listed)


def _finding(workflow: Workflow, line: int, rule: str, subject: str, message: str, advice: str) -> Finding:
    return Finding(Location(workflow.file, line), f"documents.{rule}", subject, message, advice)


def _settings(workflow: Workflow, told: str) -> Iterator[Finding]:
    """People are told of every secret and variable they have to make."""
    for kind, name in sorted(set(_USES.findall(str(workflow.document)))):
        if f"`{name}`" not in told:
            what = "secret" if kind == "secrets" else "variable"
            yield _finding(
                workflow,
                1,
                "setting",
                name,
                f"no page says where the {what} `{name}` comes from",
                "list it among what the repository needs",
            )


def _permissions(workflow: Workflow, job: Job) -> Iterator[Finding]:
    """A token may do what the steps do with it."""
    held: Mapping[str, Any] = job.document.get("permissions", workflow.document.get("permissions", {}))
    wanted: dict[str, str] = {}
    for step in job.document.get("steps", ()):
        action = actions().get(str(step.get("uses", "")).partition("@")[0])
        wanted |= action.needs if action is not None else {}
    for command in job.commands:
        if command.tool == "gh" and len(command.words) > 1:
            wanted |= NEEDED_BY_GH.get(command.words[1], {})
    for scope, level in wanted.items():
        if held.get(scope) not in (level, "write"):
            yield _finding(
                workflow,
                job.line,
                "permission",
                f"jobs.{job.name}",
                f"its token may not: {scope}: {level}",
                "add it to the job's permissions",
            )


def _reaches(workflow: Workflow, world: World) -> Iterator[Finding]:
    """A runner outside of every network asks an Argo CD that has a way in; told once for each workflow."""
    asked = [
        (job, command, name)
        for job in workflow.jobs
        if HOSTED.match(str(job.document.get("runs-on", "")))
        for command in job.commands
        for word in command.words
        for name in _ASKED.findall(word)
    ]
    for _, command, name in asked:
        closed = [item for item in world.applications(workflow.system, name) if not world.is_exposed(item)]
        if closed:
            message = f"a runner of GitHub's own asks the Argo CD of {closed[0].cluster}, which nothing exposes"
            advice = "wait for what Argo CD reports outward, or run it inside the network"
            yield _finding(workflow, command.line, "runner", name, message, advice)
            return


def _pushes(workflow: Workflow, job: Job, told: str, world: World) -> Iterator[Finding]:
    """Registries that images are pushed to let the workflow push."""
    rendered = [item.document for item in world.inventory.manifests if item.system == workflow.system]
    platforms = [pages_of(item) for item in world.environments.values() if item.system == workflow.system]
    for command in job.commands:
        if command.words[:2] != ("docker", "push"):
            continue
        registry = command.words[2].partition("/")[0]
        if not is_placeholder(registry) and not any(pages.may_push(registry, rendered, told) for pages in platforms):
            yield Finding(
                Location(workflow.file, command.line),
                "documents.push",
                f"jobs.{job.name}",
                f"nothing lets it push to `{registry}`",
                "grant it, or push elsewhere",
            )


def _unreviewed(workflow: Workflow, job: Job, world: World) -> Iterator[Finding]:
    """Nothing is pushed to the branch that Argo CD reads: who may write there passes every review and every check by."""
    deliveries = [item.delivery for item in world.environments.values() if item.system == workflow.system]
    branches = {delivery.repository.revision for delivery in deliveries}
    for command in job.commands:
        if command.words[:2] == ("git", "push"):
            for word in command.words[3:]:
                branch = word.rpartition(":")[2].removeprefix("refs/heads/")
                if branch in branches:
                    message = f"pushes to `{branch}`, which Argo CD delivers, past every review and check"
                    advice = "push a branch, and open a pull request"
                    yield _finding(workflow, command.line, "unreviewed", f"jobs.{job.name}", message, advice)


def judge_ways(pages: Iterable[Page], world: World) -> Iterator[Finding]:
    """An API server that pages have people speak to has an address they reach, once for each cluster."""
    rendered = [item for item in world.inventory.manifests if item.cluster == MANAGEMENT_CLUSTER]
    for scope, (page, command) in _spoken_to(pages, world).items():
        own = [item.document for item in rendered if item.scope == scope]
        why = pages_of(world.environments[scope]).closed(own, [item.document for item in rendered])
        if why:
            yield Finding(
                Location(page.file, command.line),
                "documents.unreachable",
                " ".join(command.words[:3]),
                f"nobody reaches the API server of {scope}: {why}",
                "describe a way in",
            )


def _spoken_to(pages: Iterable[Page], world: World) -> dict[str, tuple[Page, Command]]:
    """Cluster to the first command that speaks to it."""
    found: dict[str, tuple[Page, Command]] = {}
    for page in pages:
        for command in page.commands:
            context = options(command.words).value("--context", "--kube-context")
            scope = world.contexts.get(context or "", "")
            if command.tool in ("kubectl", "helm") and scope in world.environments:
                found.setdefault(scope, (page, command))
    return found


def _turns(workflows: list[Workflow]) -> Iterator[Finding]:
    """Of the runs that wait in one group GitHub keeps the newest and drops the others: they must be about the same thing."""
    groups: dict[tuple[str, str], dict[frozenset[str], tuple[Workflow, Job]]] = {}
    for workflow in workflows:
        for job in workflow.jobs:
            sets = _sets(job)
            group = _group(job.document) or _group(workflow.document)
            if group and sets:
                about = (
                    sets
                    if _group(job.document)
                    else frozenset(sets_ for other in workflow.jobs for sets_ in _sets(other))
                )
                groups.setdefault((workflow.system, group), {}).setdefault(about, (workflow, job))
            elif sets:
                yield _finding(
                    workflow,
                    job.line,
                    "concurrency",
                    f"jobs.{job.name}",
                    "two runs may set versions at once",
                    "give it a concurrency group of its own",
                )
    for (_, group), abouts in groups.items():
        (first, job), *others = abouts.values()
        for workflow, other in others:
            yield _finding(
                workflow,
                other.line,
                "concurrency",
                f"jobs.{other.name}",
                f"shares the group `{group}` with {job.name} of {first.file.rpartition('/')[2]}, so one's waiting run drops the other's",
                "name in the group what is deployed",
            )
    yield from _whole_workflows(workflows)


def _whole_workflows(workflows: list[Workflow]) -> Iterator[Finding]:
    """A workflow that may be about this or that thing holds the group while one waits for its approval."""
    for workflow in workflows:
        group = _group(workflow.document)
        services = {frozenset(entry.partition(" ")[2] for entry in _sets(job)) for job in workflow.jobs if _sets(job)}
        if group and "${{" not in group and len(services) > 1:
            yield _finding(
                workflow,
                1,
                "concurrency",
                "concurrency",
                f"one group `{group}` for {len(services)} different releases",
                "give each job a group that names what it deploys",
            )


def _group(document: Mapping[str, Any]) -> str:
    concurrency = document.get("concurrency", "")
    return str(concurrency.get("group", "")) if isinstance(concurrency, Mapping) else str(concurrency)


def _sets(job: Job) -> frozenset[str]:
    """`system/environment service` of every version that the job sets."""
    return frozenset(
        f"{command.words[3]} {command.words[4]}"
        for command in job.commands
        if command.tool == "groundplan" and command.words[1:3] == ("image", "set")
    )
