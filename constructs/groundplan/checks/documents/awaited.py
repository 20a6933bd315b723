"""What a workflow waits for at GitHub is said there: an Application is subscribed, and its Argo CD knows what to say, and as whom."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from groundplan.checks.documents.workflows import Job, Workflow
from groundplan.checks.documents.world import World
from groundplan.checks.inventory import Object, sources
from groundplan.errors import Finding, Location
from groundplan.yaml.marked import parse_marked_yaml

STATUSES = "AWAITED"
"""Variable of a step with the names of the statuses that it waits for."""

REPOSITORY = "GH_REPO"
"""Variable with the repository whose commits have them; the one `gh` reads."""

SUBSCRIBED = "notifications.argoproj.io/subscribe."
"""Beginning of the annotation that subscribes an Application to a trigger of a service."""

_LABEL = 'index .app.metadata.annotations "'
"""What a template says before the annotation that names the status."""


def judge_awaited(workflow: Workflow, job: Job, world: World) -> Iterator[Finding]:
    """Statuses that steps of a job wait for, and that no Argo CD would write."""
    for step in job.document.get("steps", ()):
        variables: Mapping[str, Any] = step.get("env") or {}
        for name in str(variables.get(STATUSES, "")).split():
            why = _missing(workflow.system, name, str(variables.get(REPOSITORY, "")), world)
            if why:
                place = Location(workflow.file, job.line)
                message = f"waits for the status `{name}`, {why}"
                yield Finding(place, "documents.awaited", f"jobs.{job.name}", message, "let Argo CD report it")


def _missing(system: str, name: str, repository: str, world: World) -> str:
    """Why nobody would write the status; empty where somebody does."""
    known = world.inventory.by_kind.get(("argoproj.io", "Application"), ())
    told = [item for item in known if item.system == system and name in item.annotations.values()]
    if not told:
        return "which no Application is named by"
    reasons = [_silent(item, name, repository, world) for item in told]
    return "" if "" in reasons else reasons[0]


def _silent(application: Object, name: str, repository: str, world: World) -> str:
    """Why this Application's commits never get the status."""
    subscribed = [key.removeprefix(SUBSCRIBED) for key in application.annotations if key.startswith(SUBSCRIBED)]
    read_from = {str(source.get("repoURL", "")).removesuffix(".git") for source in sources(application.document)}
    if not any(url.endswith(f"/{repository}") for url in read_from):
        return f"but {application} is read from another repository than {repository}"
    settings = _notifications(application, world)
    if not settings.get("enabled"):
        return f"but the Argo CD of {application.cluster} sends no notifications"
    for entry in subscribed:
        trigger, _, service = entry.rpartition(".")
        if _writes(settings, trigger, service, application, name):
            return ""
    return f"but {application} is subscribed to nothing that writes it"


def _notifications(application: Object, world: World) -> Mapping[str, Any]:
    """What the chart of the Argo CD that an Application lives in is told of notifications."""
    for item in world.inventory.by_kind.get(("argoproj.io", "Application"), ()):
        if item.cluster == application.cluster:
            for source in sources(item.document):
                if source.get("chart") == "argo-cd":
                    found = ((source.get("helm") or {}).get("valuesObject") or {}).get("notifications")
                    return found if isinstance(found, Mapping) else {}
    return {}


def _writes(settings: Mapping[str, Any], trigger: str, service: str, application: Object, name: str) -> bool:
    """Whether a trigger sends a template that writes a status called by the annotation that holds the name."""
    if f"service.{service}" not in (settings.get("notifiers") or {}):
        return False
    sent = _parsed("sent:\n" + (settings.get("triggers") or {}).get(f"trigger.{trigger}", ""))["sent"]
    templates = settings.get("templates") or {}
    for template in {name for entry in sent or () for name in entry.get("send") or ()}:
        said = _parsed(templates.get(f"template.{template}", "{}"))
        status = (said.get(service) or {}).get("status") or {}
        label = str(status.get("label", ""))
        annotation = label.partition(_LABEL)[2].partition('"')[0] if _LABEL in label else None
        if status.get("state") == "success" and name == (
            application.annotations.get(annotation) if annotation else label
        ):
            return True
    return False


def _parsed(text: str) -> Any:
    return parse_marked_yaml(text, "notifications").data
