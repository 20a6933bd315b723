"""Objects that controllers make when they work, as far as admission must let them in.

A maker is a function for one kind of object, in a module for each controller. What operators make of the custom
resources of a chart is among that chart's recorded facts instead.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from typing import Any

from groundplan.checks.effects import effects
from groundplan.checks.inventory import Object
from groundplan.checks.made_later.around import Around
from groundplan.checks.made_later.certificates import of_issuer
from groundplan.checks.made_later.templates import of_template
from groundplan.checks.made_later.workloads import of_cron_job, of_scaled_job, of_scaled_object, of_workload

Json = Mapping[str, Any]

Maker = Callable[[Object, Around], Iterable[Json]]

MAKERS: Mapping[tuple[str, str], Maker] = {
    ("", "ConfigMap"): of_template,
    ("apps", "DaemonSet"): of_workload,
    ("apps", "Deployment"): of_workload,
    ("apps", "StatefulSet"): of_workload,
    ("argoproj.io", "Rollout"): of_workload,
    ("batch", "CronJob"): of_cron_job,
    ("batch", "Job"): of_workload,
    ("cert-manager.io", "ClusterIssuer"): of_issuer,
    ("cert-manager.io", "Issuer"): of_issuer,
    ("keda.sh", "ScaledJob"): of_scaled_job,
    ("keda.sh", "ScaledObject"): of_scaled_object,
}
"""Who makes something of which kind; a store's own operator is in its folder."""


@cache
def operated_kinds() -> tuple[tuple[str, str], ...]:
    """Kinds of which an operator makes workloads: those whose makers lie in the folders of rooms, platforms and stores."""
    return tuple(kind for module in effects("made_later") for kind in module.MAKERS)


@cache
def _makers() -> Mapping[tuple[str, str], Maker]:
    return {**MAKERS, **{kind: maker for module in effects("made_later") for kind, maker in module.MAKERS.items()}}


def made_later(item: Object, around: Around | None = None) -> Iterator[Json]:
    """What controllers make of an object at run time; nothing for most kinds."""
    maker = _makers().get((item.group, item.kind))
    if maker is not None:
        yield from maker(item, around or Around())


__all__ = ["Around", "made_later", "operated_kinds"]
