"""The names gate: names, labels, ports, quantities and times are what the API server and the operators take.

cdk8s writes down whatever it is given, and the schemas say only "string" for most of these; the API server checks
them in code. The rules themselves are in `groundplan.kubernetes.validation`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from groundplan.checks.gate import Context, Verdict
from groundplan.checks.inventory import Inventory, Object
from groundplan.checks.names_fields import Problem, fields
from groundplan.checks.names_pods import pods
from groundplan.kubernetes import validation as rules
from groundplan.kubernetes.rbac import RBAC
from groundplan.yaml.marked import YamlPath

ANNOTATIONS_LIMIT = 256 * 1024
"""Bytes all annotations of an object may take together."""

CONFIG_LIMIT = 1024 * 1024
"""Bytes the values of a ConfigMap or Secret may take together."""

DERIVED_NAME_LIMIT = 52
"""Characters of a name that a controller makes longer: CronJob adds 11 to its Jobs, StatefulSet a hash in a label."""


NAME_RULES: Mapping[tuple[str, str], Callable[[str], rules.Reason]] = {
    ("", "Namespace"): rules.dns_label,
    ("", "Service"): rules.dns_label_1035,
    (RBAC, "Role"): rules.path_segment,
    (RBAC, "ClusterRole"): rules.path_segment,
    (RBAC, "RoleBinding"): rules.path_segment,
    (RBAC, "ClusterRoleBinding"): rules.path_segment,
}
"""Kinds whose name is not a DNS subdomain."""

SHORT_NAMES = frozenset({("batch", "CronJob"), ("apps", "StatefulSet")})
"""Kinds whose name is limited by what their controller makes of it."""


def run(inventory: Inventory, context: Context) -> Verdict:
    """Judge every object."""
    findings = [
        inventory.finding(item, path, rule, message, advice)
        for item in inventory
        for path, rule, message, advice in problems(item)
    ]
    return Verdict(len(inventory.objects), tuple(findings))


def problems(item: Object) -> Iterator[Problem]:
    """Everything about one object's names that would be refused."""
    yield from _name(item)
    metadata = item.document["metadata"]
    yield from label_map(item.labels, ("metadata", "labels"))
    yield from _annotations(metadata.get("annotations") or {}, ("metadata", "annotations"))
    if item.group == "" and item.kind in ("ConfigMap", "Secret"):
        yield from _config(item)
    yield from fields(item)
    yield from pods(item)


def label_map(labels: Mapping[Any, Any], path: YamlPath) -> Iterator[Problem]:
    """Keys and values of labels; values that are not text are the schema gate's."""
    for key, value in labels.items():
        if reason := rules.qualified_name(key):
            yield (*path, key), "names.label-key", f"key `{key}` {reason}", "rename it"
        if isinstance(value, str) and (reason := rules.label_value(value)):
            yield (*path, key), "names.label-value", f"`{value}` {reason}", "shorten it, or make it an annotation"


def _name(item: Object) -> Iterator[Problem]:
    check = NAME_RULES.get((item.group, item.kind), rules.dns_subdomain)
    path: YamlPath = ("metadata", "name")
    if reason := check(item.name):
        yield path, "names.name", f"`{item.name}` {reason}", "rename it"
    if (item.group, item.kind) in SHORT_NAMES and len(item.name) > DERIVED_NAME_LIMIT:
        message = f"`{item.name}` has {len(item.name)} characters, and its controller adds to them"
        yield path, "names.name", message, f"use {DERIVED_NAME_LIMIT} at most"
    if item.namespace and (reason := rules.dns_label(item.namespace)):
        yield ("metadata", "namespace"), "names.namespace", f"`{item.namespace}` {reason}", "rename it"
    expected = _name_from_spec(item)
    if expected is not None and item.name != expected:
        yield path, "names.name", f"`{item.name}` does not follow from its spec", f"write `{expected}`"


def _name_from_spec(item: Object) -> str | None:
    """Kinds whose name the API server derives and compares."""
    spec = item.spec
    names = spec.get("names") or {}
    match item.kind:
        case "CustomResourceDefinition":
            return f"{names.get('plural')}.{spec.get('group')}"
        case "APIService":
            return f"{spec.get('version')}.{spec.get('group')}"
        case "ConstraintTemplate":
            kind = (((spec.get("crd") or {}).get("spec") or {}).get("names") or {}).get("kind")
            return str(kind).lower() if kind else None
        case _:
            return None


def _annotations(annotations: Mapping[Any, Any], path: YamlPath) -> Iterator[Problem]:
    size = 0
    for key, value in annotations.items():
        size += len(key.encode()) + len(str(value).encode())
        if reason := rules.qualified_name(key.lower()):
            yield (*path, key), "names.annotation-key", f"key `{key}` {reason}", "rename it"
    if size > ANNOTATIONS_LIMIT:
        yield path, "names.annotations", f"take {size} bytes", f"keep them under {ANNOTATIONS_LIMIT}"


def _config(item: Object) -> Iterator[Problem]:
    size = 0
    seen: set[str] = set()
    for field in ("data", "stringData", "binaryData"):
        values = item.document.get(field)
        for key, value in values.items() if isinstance(values, Mapping) else ():
            size += len(str(value).encode())
            if reason := rules.config_key(key):
                yield (field, key), "names.config-key", f"key `{key}` {reason}", "rename it"
            if field == "binaryData" and key in seen:
                yield (field, key), "names.config-key", f"key `{key}` is in data too", "keep one of the two"
            seen.add(key)
    if size > CONFIG_LIMIT:
        yield (), "names.config-size", f"holds {size} bytes", f"keep it under {CONFIG_LIMIT}"
