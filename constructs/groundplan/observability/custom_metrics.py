"""Rules of prometheus-adapter: how each metric a service scales on is computed, keyed by namespace and pod.

Latencies are in seconds, the unit Prometheus clients measure in, so a target of 300 ms is the quantity `300m`.
See https://github.com/kubernetes-sigs/prometheus-adapter/blob/master/docs/config.md .
"""

from __future__ import annotations

from groundplan.addons.catalogue import sizes
from groundplan.addons.values import CRITICAL, spread_over_zones
from groundplan.kubernetes.objects import Json
from groundplan.model.environment import Environment
from groundplan.model.scaling import Metric

WINDOW = "2m"
"""What rates and quantiles are taken over: four scrapes, so that one missing scrape changes little."""


def adapter_values(environment: Environment) -> Json:
    """Inline values for the cluster, with a rule for every metric of every service on it."""
    size = sizes(environment, "prometheus-adapter")["adapter"]
    return {
        "replicas": size.replicas,
        "podDisruptionBudget": size.budget(),
        "priorityClassName": CRITICAL,
        "topologySpreadConstraints": spread_over_zones({"app.kubernetes.io/name": "prometheus-adapter"}),
        "prometheus": {"url": f"http://prometheus-operated.{environment.observability.namespace}.svc"},
        "certManager": {"enabled": True},
        "resources": size.resources,
        "rules": {"default": False, "custom": rules(environment)},
    }


def rules(environment: Environment) -> list[Json]:
    """A rule per metric name; what a name means is the same to every service of the cluster."""
    scalings = (service.scaling for user in (environment, *environment.tenants) for service in user.services.values())
    metrics = {name: metric for scaling in scalings if scaling is not None for name, metric in scaling.metrics.items()}
    return [rule(name, metrics[name]) for name in sorted(metrics)]


def rule(name: str, metric: Metric) -> Json:
    """How one metric is found and computed."""
    if metric.histogram is not None:
        series = f"{metric.histogram}_bucket"
        rate = f"sum by (<<.GroupBy>>, le) (rate({series}{{<<.LabelMatchers>>}}[{WINDOW}]))"
        query = f"histogram_quantile({metric.quantile}, {rate})"
    elif metric.counter is not None:
        series = metric.counter
        query = f"sum by (<<.GroupBy>>) (rate({series}{{<<.LabelMatchers>>}}[{WINDOW}]))"
    else:
        series = str(metric.gauge)
        query = f"avg by (<<.GroupBy>>) ({series}{{<<.LabelMatchers>>}})"
    return {
        "seriesQuery": f'{series}{{namespace!="",pod!=""}}',
        "resources": {"overrides": {"namespace": {"resource": "namespace"}, "pod": {"resource": "pod"}}},
        "name": {"matches": f"^{series}$", "as": name},
        "metricsQuery": query,
    }
