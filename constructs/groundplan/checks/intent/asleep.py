"""What is rendered and does nothing: suspended schedules, rules that only warn, workloads without pods."""

from __future__ import annotations

from collections.abc import Iterator

from groundplan.checks.effects import table
from groundplan.checks.gate import Context
from groundplan.checks.inventory import Inventory, Object
from groundplan.errors import Finding
from groundplan.facts.standby import waits
from groundplan.yaml.marked import YamlPath

CONSTRAINTS = "constraints.gatekeeper.sh"
CRON_JOB = ("batch", "CronJob")
WORKLOADS = (("apps", "Deployment"), ("apps", "StatefulSet"), ("argoproj.io", "Rollout"))

SOFTENED = "warn"
"""What a rule does that the environment itself lets objects off."""

Trouble = tuple[YamlPath, str, str]


def asleep(inventory: Inventory, context: Context) -> Iterator[Finding]:
    """Objects that a waiting standby may keep asleep, and nobody else."""
    for item in inventory.manifests:
        environment = context.environment_of(item)
        if environment is None or waits(environment):
            continue
        for path, message, advice in _troubles(item, environment.policy.enforcement):
            yield inventory.finding(item, path, "intent.asleep", message, advice)


def _troubles(item: Object, enforcement: str) -> Iterator[Trouble]:
    kind = (item.group, item.kind)
    if (kind == CRON_JOB or f"{item.group}/{item.kind}" in table("schedules.yaml")) and item.spec.get("suspend"):
        yield ("spec", "suspend"), "is suspended, and the environment waits for nothing", "remove it, or suspend: false"
    if kind in WORKLOADS and item.spec.get("replicas") == 0:
        yield ("spec", "replicas"), "runs no pod, and the environment waits for nothing", "write the replicas it needs"
    if item.group == CONSTRAINTS and item.spec.get("enforcementAction") not in (enforcement, SOFTENED, None):
        message = f"does not {enforcement} what it forbids"
        yield ("spec", "enforcementAction"), message, f"write {enforcement}, as the environment's policy says"
