"""What is measured of a new version while it gets requests: how many fail, and how long they take.

The mesh's gateway counts, so that nothing is asked of the service itself.
See https://argo-rollouts.readthedocs.io/en/stable/analysis/prometheus/ .
"""

from __future__ import annotations

from dataclasses import dataclass

from groundplan.kubernetes.objects import Json
from groundplan.model.values import seconds


@dataclass(frozen=True, kw_only=True, slots=True)
class Measured:
    """Whose requests are measured, and who knows."""

    service: str
    """Service that leads to the version."""

    namespace: str
    """Its namespace."""

    prometheus: str
    """Address of the server that measures."""

    def series(self, name: str, *matchers: str) -> str:
        """Series of a metric of the gateway that speak of the version, and fit `matchers` besides."""
        version = (f'destination_service_name="{self.service}"', f'destination_service_namespace="{self.namespace}"')
        return f"{name}{{{','.join((*version, *matchers))}}}"


def error_rate(measured: Measured, percent: float) -> Json:
    """The share of failed requests; at most `percent`."""
    failed = measured.series("istio_requests_total", 'response_code=~"5.."')
    every = measured.series("istio_requests_total")
    query = f"sum(rate({failed}[2m])) / sum(rate({every}[2m]))"
    return _metric(measured, "error-rate", query, f"{percent / 100:.4f}".rstrip("0"))


def latency(measured: Measured, limit: str) -> Json:
    """The time within which 95 of a hundred requests are answered; at most `limit`, a duration."""
    buckets = measured.series("istio_request_duration_milliseconds_bucket")
    query = f"histogram_quantile(0.95, sum by (le) (rate({buckets}[2m]))) / 1000"
    return _metric(measured, "latency", query, f"{seconds(limit):g}")


def requests(measured: Measured, least: int, observed: int) -> Json:
    """Whether enough requests were answered for the other figures to say anything; without, a person decides.

    Args:
        measured: whose requests are counted.
        least: requests that are enough.
        observed: seconds for which it is watched; it is asked once, a minute before they are over.
    """
    wait = max(60, observed - 60)
    query = f"sum(increase({measured.series('istio_requests_total')}[{wait}s]))"
    return {
        "name": "requests",
        "initialDelay": f"{wait}s",
        "count": 1,
        "failureLimit": 0,
        "successCondition": f"len(result) > 0 && result[0] >= {least}",
        "failureCondition": "false",
        "provider": {"prometheus": {"address": measured.prometheus, "query": query}},
    }


def _metric(measured: Measured, name: str, query: str, limit: str) -> Json:
    """Measured each minute. One result above the limit takes the version back; a minute without a request is no failure."""
    return {
        "name": name,
        "interval": "1m",
        "failureLimit": 0,
        "successCondition": f"len(result) == 0 || isNaN(result[0]) || result[0] <= {limit}",
        "failureCondition": f"len(result) > 0 && result[0] > {limit}",
        "provider": {"prometheus": {"address": measured.prometheus, "query": query}},
    }
