"""Which series the pods of a service promise to expose: the contract between its authors and everything that reads them."""

from __future__ import annotations

from groundplan.model.environment import Environment
from groundplan.model.metrics import Series
from groundplan.model.scaling import Metric
from groundplan.model.services import Service


def exposed_series(environment: Environment, name: str) -> dict[str, Series]:
    """Every series of a service by name: of its requests, of what it scales on, and its own."""
    service = environment.services[name]
    if service.scraped_port is None:
        return {}
    scaled = service.scaling.metrics if service.scaling is not None else {}
    found = {series_of(metric): _scaled_on(metric) for metric in scaled.values()}
    return found | _requests(environment, service) | service.metrics  # what says more of a series has the last word


def series_of(metric: Metric) -> str:
    """The series a custom metric is computed from."""
    return metric.histogram or metric.counter or str(metric.gauge)


def _requests(environment: Environment, service: Service) -> dict[str, Series]:
    if service.port is None or not service.measures_requests:
        return {}
    told = environment.observability.request_metrics
    return {
        told.requests: Series(
            type="counter", labels=[told.status], says="requests answered, by the HTTP status they were answered with"
        ),
        told.duration: Series(type="histogram", unit="seconds", says="how long each request took"),
    }


def _scaled_on(metric: Metric) -> Series:
    if metric.histogram is not None:
        return Series(type="histogram", unit="seconds", says="the time that its autoscaler watches")
    kind = "counter" if metric.counter is not None else "gauge"
    return Series.model_validate({"type": kind, "says": "what its autoscaler watches"})
