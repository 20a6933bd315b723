"""Alerts on queries of a Log Analytics workspace: tables that something fills, columns that they have, figures that are measured.

A query is read as far as its names go: what it compares, it compares among columns, and what it makes has a name.
See https://learn.microsoft.com/kusto/query/ .
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache

from groundplan.checks.gate import Context
from groundplan.checks.inventory import Inventory, Object
from groundplan.checks.observability.rented import measured
from groundplan.checks.observability.routes import Found
from groundplan.platforms.resources import data_of

INSIGHTS = "insights.azure.com"
METRICS, CONTAINERS = "metrics", "containers"

MAKES = frozenset({"summarize", "project", "count", "distinct"})
"""Steps after which only what they name is left; `extend` adds."""

WORDS = frozenset(
    [
        "ago",
        "and",
        "asc",
        "between",
        "by",
        "bin",
        "bool",
        "contains",
        "desc",
        "distinct",
        "dynamic",
        "endswith",
        "false",
        "first",
        "has",
        "has_all",
        "has_any",
        "in",
        "int",
        "last",
        "long",
        "matches",
        "not",
        "now",
        "nulls",
        "of",
        "or",
        "real",
        "regex",
        "startswith",
        "string",
        "true",
        "typeof",
        "with",
    ]
)
"""Words of the language that are no columns."""

_TEXT = re.compile(r'"[^"]*"|\'[^\']*\'')
_NAME = re.compile(r"(?<![\w.])([A-Za-z_]\w*)(?!\w*\s*\()")
_MADE = re.compile(r"(?<![\w.])([A-Za-z_]\w*)\s*=(?![=~])")
_METRIC = re.compile(r"MetricName\s*(?:==|=~|in~?\s*\()\s*((?:\"[^\"]*\"\s*,?\s*)+)")


def query_alerts(inventory: Inventory, _: Context) -> Iterator[Found]:
    """Alerts on queries that read what is not there, or that are raised by a column which their query does not make."""
    for item in inventory.by_kind.get((INSIGHTS, "ScheduledQueryRule"), ()):
        if item.spec.get("enabled") is False:
            yield item, ("spec", "enabled"), "disabled", "is switched off", "enable it, or remove it"
        if not (item.spec.get("actions") or {}).get("actionGroupsReferences"):
            yield item, ("spec",), "unheard", "tells nobody", "name an action group"
        for n, one in enumerate((item.spec.get("criteria") or {}).get("allOf") or ()):
            path = ("spec", "criteria", "allOf", n, "query")
            for message, advice in _faults(
                inventory, item, str(one.get("query", "")), str(one.get("metricMeasureColumn", ""))
            ):
                yield item, path, "query", message, advice


@cache
def _tables() -> Mapping[str, Mapping[str, str]]:
    return data_of(__package__, "tables.yaml")


def _faults(inventory: Inventory, item: Object, query: str, measure: str) -> Iterator[tuple[str, str]]:
    table, *steps = (part.strip() for part in _TEXT.sub(lambda text: text[0].replace("|", " "), query).split("|"))
    known = _tables().get(table)
    if known is None:
        yield (
            f"reads `{table}`, a table that is not known here",
            f"read {', '.join(sorted(_tables()))}, or record its columns",
        )
        return
    columns = set(str(known["columns"]).split())
    for step in steps:
        verb, _, rest = _TEXT.sub("", step).partition(" ")
        made = set(_MADE.findall(rest))
        for name in dict.fromkeys(_NAME.findall(rest)):
            if name not in columns | made | WORDS:
                yield f"reads `{name}`, which {table} does not have there", f"it has {', '.join(sorted(columns))}"
        if verb in MAKES:
            columns = made | set(_NAME.findall(rest.rpartition(" by ")[2] if verb == "summarize" else rest))
        columns |= made
    if measure and measure not in columns:
        yield f"is raised by `{measure}`, which the query does not make", f"end it with `{measure} = ...`"
    if known["filled"] == METRICS:
        yield from _unmeasured(inventory, item, query)
    elif known["filled"] == CONTAINERS and not _collects(inventory, item):
        yield (
            f"reads {table}, which no agent of its cluster fills",
            "have the agent write the second version of the table",
        )


def _unmeasured(inventory: Inventory, item: Object, query: str) -> Iterator[tuple[str, str]]:
    """Metrics that no resource sends to the workspace."""
    names, table = measured()
    sent: set[str] = set()
    for setting in inventory.by_kind.get((INSIGHTS, "DiagnosticSetting"), ()):
        owner = setting.spec.get("owner") or {}
        called = names.get(f"{owner.get('group')}/{owner.get('kind')}")
        if (
            setting.namespace == item.namespace
            and called
            and any(one.get("enabled") for one in setting.spec.get("metrics") or ())
        ):
            sent |= {name.lower() for name in table[called]}
    for match in _METRIC.finditer(query):
        for name in re.findall(r'"([^"]*)"', match[1]):
            if name.lower() not in sent:
                yield f"waits for the metric `{name}`, which nothing sends to the workspace", "send it, or name another"


def _collects(inventory: Inventory, item: Object) -> bool:
    """Whether the agent of the environment's cluster writes container logs in the form that is read."""
    agents = inventory.by_kind.get(("", "ConfigMap"), ())
    return any(
        agent.scope == item.scope
        and agent.name == "container-azm-ms-agentconfig"
        and 'containerlog_schema_version = "v2"'
        in str((agent.document.get("data") or {}).get("log-data-collection-settings"))
        for agent in agents
    )
