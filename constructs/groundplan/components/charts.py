"""Charts that a system names itself: installed by Argo CD like every add-on."""

from __future__ import annotations

from collections.abc import Iterator

from groundplan.blueprint import Release
from groundplan.components.releases import pod_security_labels
from groundplan.facts.own_charts import own_charts
from groundplan.model.charts import Chart, sync_wave
from groundplan.model.environment import Environment


def components(environment: Environment) -> Iterator[Release]:
    """A release for each chart that is meant for an environment of this role."""
    for name, chart in own_charts(environment).items():
        yield _release(environment, name, chart)


def _release(environment: Environment, name: str, chart: Chart) -> Release:
    pairs = (kind.rpartition("/") for kind in chart.provides.kinds)
    return Release(
        name=name,
        wave=sync_wave(chart.wave),
        namespace=chart.namespace,
        chart=chart.chart,
        repository=chart.repository,
        version=chart.version,
        values=chart.values,
        kinds=tuple((group, kind) for group, _, kind in pairs),
        extra_namespaces=tuple(chart.provides.namespaces),
        namespace_labels=pod_security_labels(environment, chart.pod_security),
        sync_options=tuple(chart.sync_options),
    )
