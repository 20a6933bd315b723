"""Whether spans are sampled and kept as is stated: both are said in arguments and variables alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from groundplan.checks.gate import Context
from groundplan.checks.inventory import Inventory
from groundplan.errors import Finding
from groundplan.model.values import whole_seconds

DAY = 86400
CLEANER = "es-index-cleaner"
SHARE = "OTEL_TRACES_SAMPLER_ARG"
WORKLOADS = (("apps", "Deployment"), ("argoproj.io", "Rollout"))


def value_in(value: Any, *keys: str) -> Any:
    """What stands at the end of the keys; None where one is missing."""
    for key in keys:
        value = value.get(key) if isinstance(value, Mapping) else None
    return value


def kept_spans(inventory: Inventory, context: Context) -> Iterator[Finding]:
    """The Job that deletes old spans, and every workload that is told of how many requests it sends some."""
    for item in inventory.by_kind.get(("batch", "CronJob"), ()):
        environment = context.environment_of(item)
        tracing = environment.host_environment.tracing if environment is not None else None
        path = ("spec", "jobTemplate", "spec", "template", "spec", "containers")
        for index, container in enumerate(value_in(item.spec, *path[1:]) or ()):
            if tracing is None or CLEANER not in str(container.get("image")):
                continue
            days = str((container.get("args") or ["0"])[0])
            if not days.isdigit() or int(days) * DAY < whole_seconds(tracing.retention):
                message = f"deletes spans after {days} days, and tracing.retention says {tracing.retention}"
                yield inventory.finding(
                    item, (*path, index, "args", 0), "intent.spans-kept", message, "write what is stated"
                )
    for kind in WORKLOADS:
        for item in inventory.by_kind.get(kind, ()):
            environment = context.environment_of(item)
            tracing = environment.host_environment.tracing if environment is not None else None
            for index, container in enumerate(
                ((item.spec.get("template") or {}).get("spec") or {}).get("containers") or ()
            ):
                told = next((one.get("value") for one in container.get("env") or () if one["name"] == SHARE), None)
                service = environment.services.get(item.name) if environment is not None else None
                if service is None or SHARE in {*service.env, *service.config}:
                    continue  # it states its own
                if tracing is not None and told is not None and told != str(tracing.sampling):
                    message = f"samples {told} of its requests, and tracing.sampling says {tracing.sampling}"
                    field = ("spec", "template", "spec", "containers", index, "env")
                    yield inventory.finding(item, field, "intent.spans-sampled", message, "write what is stated")
