"""What the API server of a cluster's version would refuse in the objects of a chart.

A chart's custom resources come with their own definitions and are not held to them here: the chart's authors did.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import jsonschema_rs

from groundplan.chart_facts.facts import Refusal
from groundplan.checks.core_schemas import CoreSchemas, core_schemas
from groundplan.checks.schema_errors import explain
from groundplan.kubernetes.kinds import api_group
from groundplan.yaml.marked import dotted


def refusals(document: Mapping[str, Any], kubernetes: str) -> Iterator[Refusal]:
    """Every field of `document` that a cluster of that Kubernetes minor would refuse; none where it cannot be known."""
    core = core_schemas(kubernetes)
    api_version, kind = str(document["apiVersion"]), str(document["kind"])
    if core is None or api_group(api_version) not in core.groups:
        return
    subject = f"{kind} {document['metadata']['name']}"
    validator = _validator(kubernetes, api_version, kind)
    if validator is None:
        yield Refusal(subject, "apiVersion", f"Kubernetes {kubernetes} does not serve {kind} of {api_version}")
        return
    for error in validator.iter_errors(document):
        for path, message, _ in explain(error, core.definitions):
            yield Refusal(subject, dotted(path), message)


@cache
def _validator(kubernetes: str, api_version: str, kind: str) -> jsonschema_rs.Draft202012Validator | None:
    core: CoreSchemas | None = core_schemas(kubernetes)
    assert core is not None  # refusals asked before
    schema = core.schema(api_group(api_version), api_version.rpartition("/")[2], kind)
    if schema is None:
        return None
    return jsonschema_rs.Draft202012Validator(schema, registry=core.registry, offline=True)
