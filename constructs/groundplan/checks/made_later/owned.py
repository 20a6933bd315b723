"""How an object looks that a controller made: it has an owner, which no person writes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from groundplan.checks.inventory import Object

Json = dict[str, Any]


def owned(
    owner: Object,
    api_version: str,
    kind: str,
    name: str,
    body: Mapping[str, Any],
    labels: Mapping[str, str] | None = None,
) -> Json:
    """An object in the owner's namespace, with the owner's reference."""
    reference = {
        "apiVersion": owner.document["apiVersion"],
        "kind": owner.kind,
        "name": owner.name,
        "uid": "x",
        "controller": True,
    }
    metadata = {
        "name": name,
        "namespace": owner.namespace,
        "labels": dict(labels or {}),
        "ownerReferences": [reference],
    }
    return {"apiVersion": api_version, "kind": kind, "metadata": metadata, **body}
