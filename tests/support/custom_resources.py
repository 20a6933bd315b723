"""Whether custom resources that a test renders are what their operators take: the recorded facts say."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import jsonschema_rs

from groundplan.checks.core_schemas import core_schemas
from groundplan.checks.schema_validators import compiled, of_an_object
from groundplan.schemas.notation import read
from groundplan.schemas.sources import find_sources, named_places
from groundplan.schemas.store import Kind, load_facts
from groundplan.schemas.writer import write

ROOT = Path(__file__).resolve().parents[2]


@cache
def validator_of(kind: Kind) -> jsonschema_rs.Draft202012Validator | None:
    """A validator by the facts of the kind, else by a schema on this machine; None where there is neither."""
    core = core_schemas("1.32")
    assert core is not None
    facts = load_facts(ROOT, kind)
    sources = find_sources([kind], named_places()) if facts is None else {}
    if facts is None and not sources:
        return None
    schema = facts.schema() if facts is not None else read(write(sources[kind].schema))
    return compiled(of_an_object(schema), core)


def problems_of(document: dict[str, Any]) -> list[str] | None:
    """What is wrong with a custom resource; None where neither facts nor a schema of its kind are at hand."""
    group, _, version = document["apiVersion"].rpartition("/")
    validator = validator_of((group, version, document["kind"]))
    if validator is None:
        return None
    name = f"{document['kind']} {document['metadata']['name']}"
    return [
        f"{name}: {'.'.join(map(str, error.instance_path))}: {error.message}"
        for error in validator.iter_errors(document)
    ]
