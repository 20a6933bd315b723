"""Grafana dashboards of an environment: an overview with objectives and the system's own figures, one for each service
and one for each store, which lead to each other.

The JSON is built here, so that every panel follows from the environment and equal input gives equal bytes. Each has a
file of its own, so that a new service moves no panel of another.
See https://grafana.com/docs/grafana/latest/dashboards/build-dashboards/view-dashboard-json-model/ .
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping

from groundplan.model.environment import Environment
from groundplan.model.services import Service
from groundplan.model.values import seconds
from groundplan.observability.panel import Panel
from groundplan.observability.service_alerts import replicas, requests_by
from groundplan.parts import Component, Json, Part
from groundplan.stores.registry import stores_of

WIDTH = 24
"""Columns of Grafana's grid."""

IN_A_LINE = 3
"""Panels beside each other."""

PANEL_WIDTH = WIDTH // IN_A_LINE

HEIGHT = 7
"""Rows of the grid that a panel takes."""

LABEL = {"grafana_dashboard": "1"}
"""What Grafana's side-car looks for."""


LONGEST_UID = 40
"""Characters that Grafana takes. See https://grafana.com/docs/grafana/latest/developers/http_api/dashboard/ ."""


class Dashboards(Part):
    """The ConfigMap that carries an environment's dashboards to Grafana.

    Args:
        scope: the component.
        id_: construct id.
        system: name of the system, which the ConfigMap carries too: tenants of a cluster share its Grafana.
        models: the dashboards as Grafana reads them, by the name of their file.
    """

    def __init__(self, scope: Component | Part, id_: str, *, system: str, models: Mapping[str, Json]) -> None:
        super().__init__(scope, id_)
        self.emit(
            {
                "apiVersion": "v1",
                "kind": "ConfigMap",
                "metadata": {"name": f"{id_}-{system}", "labels": dict(LABEL)},
                "data": {f"{name}.json": json.dumps(model, indent=1) + "\n" for name, model in models.items()},
            }
        )


def dashboards(environment: Environment) -> dict[str, Json]:
    """The dashboards as Grafana reads them, by the name of their file; those with nothing to show are left out."""
    services, stores = environment.services.items(), stores_of(environment).items()
    boards = {"": [("Objectives", list(_objectives(environment))), ("The system's own", list(_own(environment)))]}
    boards |= {name: [("", list(_service(environment, name, service)))] for name, service in services}
    boards |= {name: [("", list(store.panels()))] for name, store in stores}
    found = {}
    for name, rows in boards.items():
        file = "-".join(filter(None, (environment.system, environment.environment, name)))
        if any(panels for _, panels in rows):
            found[file] = _dashboard(environment, file, name, [(title, panels) for title, panels in rows if panels])
    return found


def _dashboard(environment: Environment, file: str, name: str, rows: list[tuple[str, list[Panel]]]) -> Json:
    tags = [environment.system, environment.environment]
    return {
        "uid": _uid(file),
        "title": f"{environment.title}: {environment.environment}{f', {name}' if name else ''}",
        "tags": tags,
        "links": [{"title": "All of this environment", "type": "dashboards", "tags": tags, "asDropdown": True}],
        "timezone": "utc",
        "schemaVersion": 39,
        "version": 1,
        "editable": False,
        "refresh": "1m",
        "time": {"from": "now-6h", "to": "now"},
        "panels": list(_laid_out(rows)),
    }


def _uid(file: str) -> str:
    """The file's name, or, where that is too long, its beginning and a digest of all of it."""
    if len(file) <= LONGEST_UID:
        return file
    digest = hashlib.sha256(file.encode()).hexdigest()[:8]
    return f"{file[: LONGEST_UID - len(digest) - 1]}-{digest}"


def _laid_out(rows: list[tuple[str, list[Panel]]]) -> Iterator[Json]:
    """Panels of one size in the order they are told; ids follow it, so that a link to one survives a refresh."""
    number, y = 1, 0
    for title, panels in rows:
        if title:
            yield {
                "id": number,
                "type": "row",
                "title": title,
                "collapsed": False,
                "panels": [],
                "gridPos": {"x": 0, "y": y, "w": WIDTH, "h": 1},
            }
            number, y = number + 1, y + 1
        for index, panel in enumerate(panels):
            line, column = divmod(index, IN_A_LINE)
            place = {"x": column * PANEL_WIDTH, "y": y + line * HEIGHT, "w": PANEL_WIDTH, "h": HEIGHT}
            yield _panel(number, panel, place)
            number += 1
        y += -(-len(panels) // IN_A_LINE) * HEIGHT


def _panel(number: int, panel: Panel, place: Json) -> Json:
    steps: list[Json] = [{"color": "green", "value": None}]
    if panel.threshold is not None:
        steps.append({"color": "red", "value": panel.threshold})
    return {
        "id": number,
        "type": panel.kind,
        "title": panel.title,
        "datasource": {"type": "prometheus", "uid": "prometheus"},
        "gridPos": place,
        "fieldConfig": {
            "defaults": {
                "unit": panel.unit,
                "thresholds": {"mode": "absolute", "steps": steps},
                **({"custom": {"thresholdsStyle": {"mode": "line"}}} if panel.threshold is not None else {}),
            },
            "overrides": [],
        },
        "targets": [
            {"refId": chr(ord("A") + index), "expr": query, "legendFormat": legend}
            for index, (legend, query) in enumerate(panel.queries.items())
        ],
    }


def _objectives(environment: Environment) -> Iterator[Panel]:
    for name, service in environment.services.items():
        promised = service.objectives.availability
        if promised is not None and service.port is not None and service.measures_requests:
            good = f"1 - ({_error_share(environment, name, '30d')})"
            yield Panel(
                title=f"{name}: availability over 30 days, promised {promised:g} %",
                queries={"availability": good},
                unit="percentunit",
                kind="stat",
            )


def _own(environment: Environment) -> Iterator[Panel]:
    for name, panel in environment.observability.panels.items():
        yield Panel(title=name, queries={name: panel.query}, unit=panel.unit, threshold=panel.red_from)


def _error_share(environment: Environment, name: str, window: str) -> str:
    series, status = requests_by(environment, name), environment.observability.request_metrics.status
    return f'sum(rate({series},{status}=~"5.*"}}[{window}])) / sum(rate({series}}}[{window}]))'


def _service(environment: Environment, name: str, service: Service) -> Iterator[Panel]:
    if service.port is not None and service.measures_requests:
        yield from _requests(environment, name, service)
    container = f'namespace="{environment.namespace}",container="{name}"'
    yield Panel(
        title="CPU and memory, share of the limit",
        queries={
            "CPU": f"sum(rate(container_cpu_usage_seconds_total{{{container}}}[5m]))"
            f' / sum(kube_pod_container_resource_limits{{{container},resource="cpu"}})',
            "memory": f"sum(container_memory_working_set_bytes{{{container}}})"
            f' / sum(kube_pod_container_resource_limits{{{container},resource="memory"}})',
        },
        unit="percentunit",
        threshold=0.9,
    )
    wanted, available = replicas(environment.namespace, name, service)
    yield Panel(title="Replicas", queries={"wanted": wanted, "available": available})
    pods = f'namespace="{environment.namespace}",pod=~"{name}-.+"'
    yield Panel(
        title="Network",
        queries={
            "received": f"sum(rate(container_network_receive_bytes_total{{{pods}}}[5m]))",
            "sent": f"sum(rate(container_network_transmit_bytes_total{{{pods}}}[5m]))",
        },
        unit="Bps",
    )


def _requests(environment: Environment, name: str, service: Service) -> Iterator[Panel]:
    series = requests_by(environment, name)
    yield Panel(title="Requests", queries={"requests": f"sum(rate({series}}}[5m]))"}, unit="reqps")
    yield Panel(
        title="Errors", queries={"errors": _error_share(environment, name, "5m")}, unit="percentunit", threshold=0.01
    )
    bucket = f'{environment.observability.request_metrics.duration}_bucket{{namespace="{environment.namespace}",service="{name}"}}'
    quantiles = {"p50": 0.5, "p95": 0.95, "p99": 0.99}
    yield Panel(
        title="Latency",
        queries={
            legend: f"histogram_quantile({quantile}, sum by (le) (rate({bucket}[5m])))"
            for legend, quantile in quantiles.items()
        },
        unit="s",
        threshold=None if service.objectives.latency is None else seconds(service.objectives.latency),
    )
