"""What people find in Kibana: data views, searches and dashboards, as its interface takes them in.

Everything has an id of its own, so that taking it in again changes it and makes nothing twice. See
https://www.elastic.co/docs/api/doc/kibana/operation/operation-post-saved-objects-import .
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence

from groundplan.kubernetes.objects import Json
from groundplan.model.logging import LogDashboard, Logging, LogPanel, LogSearch
from groundplan.telemetry.names import STREAMS

WRITTEN_FOR: Json = {"coreMigrationVersion": "8.8.0", "typeMigrationVersion": "8.0.0"}
"""Form of the objects; Kibana brings them to its own when it takes them in."""

INDEX = "kibanaSavedObjectMeta.searchSourceJSON.index"
TITLES = {"pods": "Logs of pods", "audit": "Audit log of the API server"}

COLUMNS = {
    "pods": ("log.level", "kubernetes.namespace", "service.name", "message"),
    "audit": ("user.name", "kubernetes.verb", "kubernetes.resource", "kubernetes.namespace", "event.outcome"),
}
"""Whose logs, to what a line shows."""

CONTROLS = {
    "pods": ("kubernetes.namespace", "service.name", "log.level"),
    "audit": ("user.name", "kubernetes.verb", "kubernetes.resource"),
}
"""Whose logs, to the fields by which a dashboard of them is narrowed."""

SEARCHES: Mapping[str, LogSearch] = {
    "errors": LogSearch(view="pods", search="log.level: (error or fatal or critical)"),
    "changes-of-rights": LogSearch(
        view="audit",
        search="kubernetes.resource: (clusterroles or clusterrolebindings or roles or rolebindings)"
        " and not kubernetes.verb: (get or list or watch)",
    ),
    "refused": LogSearch(view="audit", search="event.outcome: failure"),
}
"""Searches that every system has."""

DASHBOARDS: Mapping[str, LogDashboard] = {
    "logs": LogDashboard(
        title="Logs",
        panels={
            "Lines by level": LogPanel(view="pods", by="log.level"),
            "Errors by service": LogPanel(view="pods", by="service.name", search=SEARCHES["errors"].search),
            "Services that write most": LogPanel(view="pods", shows="top", by="service.name"),
            "Namespaces that write most": LogPanel(view="pods", shows="top", by="kubernetes.namespace"),
        },
    ),
    "audit": LogDashboard(
        title="Audit",
        panels={
            "Requests by verb": LogPanel(view="audit", by="kubernetes.verb"),
            "Refused requests by user": LogPanel(view="audit", by="user.name", search=SEARCHES["refused"].search),
            "Changes of rights": LogPanel(
                view="audit", shows="top", by="user.name", search=SEARCHES["changes-of-rights"].search
            ),
            "Users who ask most": LogPanel(view="audit", shows="top", by="user.name"),
        },
    ),
}
"""Dashboards that every system has."""

COLUMNS_OF_GRID, HEIGHT = 48, 15
MOST = 10
"""Values that a picture tells apart."""


def saved_objects(logging: Logging) -> str:
    """One object in JSON on each line: data views, searches, and dashboards with their pictures."""
    found = [*_views(), *_searches({**SEARCHES, **logging.searches})]
    for name, dashboard in {**DASHBOARDS, **logging.dashboards}.items():
        found += _dashboard(name, dashboard)
    return "".join(json.dumps(item, separators=(",", ":"), sort_keys=True) + "\n" for item in found)


def _object(kind: str, id_: str, attributes: Json, references: Sequence[Json] = ()) -> Json:
    return {"type": kind, "id": id_, "attributes": attributes, "references": list(references), **WRITTEN_FOR}


def _views() -> Iterator[Json]:
    for source, name in STREAMS.items():
        attributes: Json = {"title": f"{name}-*", "name": TITLES[source], "timeFieldName": "@timestamp"}
        yield _object("index-pattern", name, attributes)


def _looks_at(source: str, search: str) -> tuple[Json, Json]:
    """What is searched in which view, as attribute and as reference."""
    asked = {"query": {"language": "kuery", "query": search}, "filter": [], "indexRefName": INDEX}
    return (
        {"kibanaSavedObjectMeta": {"searchSourceJSON": _text(asked)}},
        {"name": INDEX, "type": "index-pattern", "id": STREAMS[source]},
    )


def _searches(searches: Mapping[str, LogSearch]) -> Iterator[Json]:
    for name, search in searches.items():
        asked, view = _looks_at(search.view, search.search)
        attributes: Json = {
            "title": name.replace("-", " ").capitalize(),
            "columns": list(COLUMNS[search.view]),
            "sort": [["@timestamp", "desc"]],
            **asked,
        }
        yield _object("search", f"search-{name}", attributes, [view])


def _dashboard(name: str, dashboard: LogDashboard) -> Iterator[Json]:
    panels, references = [], []
    for number, (title, panel) in enumerate(dashboard.panels.items()):
        id_, reference = f"{name}-{number}", f"panel_{number}"
        yield _picture(id_, title, panel)
        half = COLUMNS_OF_GRID // 2
        place = {"x": number % 2 * half, "y": number // 2 * HEIGHT, "w": half, "h": HEIGHT, "i": str(number)}
        panels.append(
            {
                "type": "visualization",
                "panelIndex": str(number),
                "panelRefName": reference,
                "gridData": place,
                "embeddableConfig": {},
            }
        )
        references.append({"name": reference, "type": "visualization", "id": id_})
    source = next(iter(dashboard.panels.values())).view
    controls, more = _controls(source)
    attributes: Json = {
        "title": dashboard.title,
        "panelsJSON": _text(panels),
        "optionsJSON": _text({"useMargins": True, "syncColors": False, "hidePanelTitles": False}),
        "timeRestore": True,
        "timeFrom": "now-24h",
        "timeTo": "now",
        "kibanaSavedObjectMeta": {
            "searchSourceJSON": _text({"query": {"language": "kuery", "query": ""}, "filter": []})
        },
        "controlGroupInput": controls,
    }
    yield _object("dashboard", f"dashboard-{name}", attributes, [*references, *more])


def _controls(source: str) -> tuple[Json, list[Json]]:
    """Lists from which a dashboard is narrowed."""
    panels, references = {}, []
    for number, field in enumerate(CONTROLS[source]):
        id_ = f"control-{number}"
        panels[id_] = {
            "type": "optionsListControl",
            "order": number,
            "grow": True,
            "width": "medium",
            "explicitInput": {"id": id_, "fieldName": field, "title": field, "enhancements": {}},
        }
        references.append(
            {"name": f"controlGroup_{id_}:optionsListDataView", "type": "index-pattern", "id": STREAMS[source]}
        )
    attributes: Json = {
        "chainingSystem": "HIERARCHICAL",
        "controlStyle": "oneLine",
        "ignoreParentSettingsJSON": "{}",
        "panelsJSON": _text(panels),
    }
    return attributes, references


def _picture(id_: str, title: str, panel: LogPanel) -> Json:
    asked, view = _looks_at(panel.view, panel.search)
    over_time = panel.shows == "over-time"
    aggregations: list[Json] = [{"id": "1", "enabled": True, "type": "count", "schema": "metric", "params": {}}]
    if over_time:
        params: Json = {"field": "@timestamp", "interval": "auto", "min_doc_count": 0}
        aggregations.append(
            {"id": "2", "enabled": True, "type": "date_histogram", "schema": "segment", "params": params}
        )
    if panel.by is not None:
        params = {"field": panel.by, "orderBy": "1", "order": "desc", "size": MOST}
        schema = "group" if over_time else "bucket"
        aggregations.append({"id": "3", "enabled": True, "type": "terms", "schema": schema, "params": params})
    state = {
        "title": title,
        "type": "histogram" if over_time else "table",
        "params": {"type": "histogram"} if over_time else {"perPage": MOST},
        "aggs": aggregations,
    }
    attributes: Json = {"title": title, "visState": _text(state), "uiStateJSON": "{}", **asked}
    return _object("visualization", id_, attributes, [view])


def _text(value: object) -> str:
    return json.dumps(value, separators=(",", ":"), sort_keys=True)
