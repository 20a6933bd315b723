"""Whether logs are kept for as long as is stated, by what the Job tells Elasticsearch; and whether what people find in
Kibana looks at logs that there are.

What is told lies as text in ConfigMaps, where nothing else would see a policy that no template names.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from typing import Any

from groundplan.checks.gate import Context
from groundplan.checks.inventory import Inventory, Object
from groundplan.errors import Finding
from groundplan.model.environment import Environment
from groundplan.model.values import seconds
from groundplan.telemetry.effect.pipelines import way_of_logs
from groundplan.telemetry.effect.spans import kept_spans
from groundplan.yaml.marked import YamlPath

POLICY, TEMPLATE, OBJECTS = re.compile(r"policy\.(.+)\.json"), re.compile(r"template\.(.+)\.json"), ".ndjson"
AUDIT = "audit"
"""Word in the names of what holds the API server's log."""

Told = Iterator[tuple[YamlPath, str, str, str]]
"""Field, rule, what is wrong, what to write instead."""


def kept_logs(inventory: Inventory, context: Context) -> Iterator[Finding]:
    """Every ConfigMap that tells Elasticsearch or Kibana something."""
    for item in inventory.by_kind.get(("", "ConfigMap"), ()):
        data = item.document.get("data") or {}
        environment = context.environment_of(item)
        if environment is None or not any(TEMPLATE.fullmatch(key) for key in data):
            continue
        for field, rule, message, advice in _judged(item, data, environment):
            yield inventory.finding(item, ("data", *field), f"intent.{rule}", message, advice)


def _judged(item: Object, data: Mapping[str, str], environment: Environment) -> Told:
    policies = {match[1]: key for key in data if (match := POLICY.fullmatch(key))}
    patterns: list[str] = []
    for key, text in data.items():
        if TEMPLATE.fullmatch(key):
            template = json.loads(text)
            patterns += template.get("index_patterns", [])
            yield from _template(key, template, policies, data, environment)
    for key, text in data.items():
        if key.endswith(OBJECTS):
            yield from _objects(key, text, patterns)


def _template(
    key: str,
    template: Mapping[str, Any],
    policies: Mapping[str, str],
    data: Mapping[str, str],
    environment: Environment,
) -> Told:
    settings = (template.get("template") or {}).get("settings", {}).get("index", {})
    name = (settings.get("lifecycle") or {}).get("name", "")
    if name not in policies:
        known = ", ".join(sorted(policies)) or "none"
        yield (key,), "log-policy", f"names the policy `{name}`, which nobody brings", f"write one of {known}"
        return
    logging = environment.logging
    if logging is None:
        return
    copies = int(settings.get("number_of_replicas", 1))
    if copies < logging.elasticsearch.copies:
        stated = f"logging.elasticsearch.copies says {logging.elasticsearch.copies}"
        yield (key,), "log-copies", f"keeps {copies} copies, and {stated}", "write as many as are stated"
    audit = any(AUDIT in pattern for pattern in template.get("index_patterns", []))
    field, stated = ("audit_retention", logging.audit_retention) if audit else ("retention", logging.retention)
    phases = json.loads(data[policies[name]]).get("policy", {}).get("phases", {})
    yield from _phases(policies[name], phases, field, stated)


def _phases(key: str, phases: Mapping[str, Any], field: str, stated: str) -> Told:
    age = (phases.get("delete") or {}).get("min_age")
    if age is None:
        yield (key,), "log-retention", "deletes nothing, until the volumes are full", "write phases.delete.min_age"
    elif seconds(str(age)) < seconds(stated):
        message = f"deletes logs after {age}, and logging.{field} says {stated}"
        yield (key,), "log-retention", message, f"write {stated} or more"
    if "rollover" not in ((phases.get("hot") or {}).get("actions") or {}):
        message = "begins no new index, and only whole ones are deleted"
        yield (key,), "log-rollover", message, "write phases.hot.actions.rollover"


def _objects(key: str, text: str, patterns: list[str]) -> Told:
    objects = [json.loads(line) for line in text.splitlines() if line]
    known = {(one["type"], one["id"]) for one in objects}
    for one in objects:
        title = str(one["attributes"].get("title", ""))
        if one["type"] == "index-pattern" and not any(_overlap(title, pattern) for pattern in patterns):
            message = f"the data view `{title}` looks at logs that nobody keeps"
            yield (key,), "log-view", message, f"write one of {', '.join(sorted(patterns))}"
        for reference in one.get("references", []):
            if (reference["type"], reference["id"]) not in known:
                message = f"{one['type']} `{title}` shows {reference['type']} `{reference['id']}`, which nobody brings"
                yield (key,), "log-object", message, "bring it in the same file, or show what is there"


def _overlap(view: str, pattern: str) -> bool:
    return fnmatchcase(view, pattern) or fnmatchcase(pattern, view)


RULES = (kept_logs, way_of_logs, kept_spans)
