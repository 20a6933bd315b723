"""A metric's name means one series to every service of a cluster."""

from __future__ import annotations

from typing import Any

from systems import BASE, an_environment

from groundplan.model.environment import Environment
from groundplan.rules.metrics import metrics_mean_one_series


def scaling(name: str = "staging", **metrics: Any) -> Environment:
    """An environment whose services scale on `load`, each as it is given."""
    services = {
        service: {**BASE["services"]["web"], "calls": [], "scaling": {"min": 1, "max": 2, "metrics": {"load": metric}}}
        for service, metric in metrics.items()
    }
    return an_environment(name, services=services, pipelines=None)


def test_one_series_is_shared_whatever_the_target() -> None:
    same = scaling(web={"average": "1", "gauge": "busy"}, api={"average": "5", "gauge": "busy"})

    assert list(metrics_mean_one_series(same)) == []


def test_another_series_is_named_where_the_second_is_written() -> None:
    clash = scaling(web={"average": "1", "gauge": "busy"}, api={"average": "1", "gauge": "idle"})

    [problem] = metrics_mean_one_series(clash)
    assert problem[:3] == (
        ("services", "api", "scaling", "metrics", "load"),
        "metric-of-two-series",
        "means another series to api than to web",
    )


def test_another_quantile_is_another_meaning() -> None:
    clash = scaling(
        web={"average": "300ms", "histogram": "took"}, api={"average": "300ms", "histogram": "took", "quantile": 0.5}
    )

    assert [rule for _, rule, _, _ in metrics_mean_one_series(clash)] == ["metric-of-two-series"]


def test_a_tenant_shares_the_adapter_of_its_host() -> None:
    host = scaling("production", web={"average": "1", "gauge": "busy"})
    tenant = scaling("staging", web={"average": "1", "gauge": "idle"}).model_copy(
        update={"role": "tenant", "host": "production"}
    )

    [problem] = metrics_mean_one_series(host.with_neighbours({"staging": tenant}))
    assert problem[2] == "means another series to web of staging than to web"
