"""What a custom metric means: one series to everybody on a cluster, because one adapter computes it for all of them."""

from __future__ import annotations

from collections.abc import Iterator

from groundplan.model.environment import Environment
from groundplan.model.scaling import Metric
from groundplan.rules.problem import Problem


def metrics_mean_one_series(environment: Environment) -> Iterator[Problem]:
    """Services that scale on a metric of one name mean the same by it, those of tenants too."""
    meanings: dict[str, tuple[str, object]] = {}
    for user in (environment, *environment.tenants):
        for service, item in user.services.items():
            for name, metric in item.scaling.metrics.items() if item.scaling is not None else ():
                where, known = meanings.setdefault(name, (service, _meaning(metric)))
                if known != _meaning(metric):
                    inside = "" if user.environment == environment.environment else f" of {user.environment}"
                    what = f"means another series to {service}{inside} than to {where}"
                    path = ("services", service, "scaling", "metrics", name)
                    yield path, "metric-of-two-series", what, "choose another name for one of the two"


def _meaning(metric: Metric) -> object:
    return metric.model_dump(exclude={"average"})
