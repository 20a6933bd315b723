"""How many Jobs of a kind there may be and how much they take, as the environment states it: in quota and starter alike."""

from __future__ import annotations

from collections.abc import Iterator

from groundplan.checks.gate import Context
from groundplan.checks.inventory import Inventory, Object
from groundplan.errors import Finding
from groundplan.model.environment import Environment
from groundplan.model.jobs import StartedJob
from groundplan.model.values import quantity
from groundplan.yaml.marked import YamlPath

WORKLOADS = (("apps", "Deployment"), ("argoproj.io", "Rollout"))
COUNT = "count/jobs.batch"


def jobs(inventory: Inventory, context: Context) -> Iterator[Finding]:
    """Quotas of the namespaces of Jobs, and what their starters are told."""
    for item in inventory.by_kind.get(("", "ResourceQuota"), ()):
        for name, job in _jobs(context.environment_of(item)):
            if job.namespace == item.namespace:
                yield from _quota(inventory, item, name, job)
    for kind in WORKLOADS:
        for item in inventory.by_kind.get(kind, ()):
            for name, job in _jobs(context.environment_of(item)):
                if job.started_by == item.name:
                    yield from _told(inventory, item, name, job)


def _jobs(environment: Environment | None) -> list[tuple[str, StartedJob]]:
    return [*environment.started_jobs.items()] if environment is not None else []


def _quota(inventory: Inventory, item: Object, name: str, job: StartedJob) -> Iterator[Finding]:
    hard = item.spec.get("hard") or {}
    wanted = {COUNT: quantity(str(job.at_once))}
    for side, amounts in (("requests", job.resources.requests), ("limits", job.resources.limits)):
        wanted[f"{side}.cpu"] = quantity(amounts.cpu) * job.at_once
        wanted[f"{side}.memory"] = quantity(amounts.memory) * job.at_once
    for key, amount in wanted.items():
        if key not in hard or quantity(str(hard[key])) != amount:
            message = f"{key} is {hard.get(key, 'not bounded')}, which is not what {job.at_once} of jobs.{name} take"
            path: YamlPath = ("spec", "hard", key)
            yield inventory.finding(item, path, "intent.quota", message, f"bound {job.at_once} Jobs by what each takes")


def _told(inventory: Inventory, item: Object, name: str, job: StartedJob) -> Iterator[Finding]:
    variable = f"MAX_CONCURRENT_{name.upper().replace('-', '_')}_JOBS"
    pod = (item.spec.get("template") or {}).get("spec") or {}
    told = {
        str(entry.get("value"))
        for container in pod.get("containers") or ()
        for entry in container.get("env") or ()
        if entry.get("name") == variable
    }
    if told != {str(job.at_once)}:
        message = (
            f"is told {variable} {', '.join(sorted(told)) or 'by nothing'}, and jobs.{name}.at_once says {job.at_once}"
        )
        yield inventory.finding(item, ("spec", "template", "spec"), "intent.jobs", message, f"write {job.at_once}")
