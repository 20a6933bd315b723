"""The JSON Schema that editors complete and check environment files with, derived from the model.

A system's file and an overlay are each a part of an environment, and an overlay removes with null. So the schema
knows every key, type and bound, but asks for nothing: what is missing is only seen when the files are merged.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pydantic

import groundplan
from groundplan.layout import ENVIRONMENTS, STAGING
from groundplan.model.descriptions import DescribedJsonSchema
from groundplan.model.environment import Environment

FILE = f"{ENVIRONMENTS}/schema.json"
"""Where it lies: each YAML file names it in its first line."""

_DROPPED = frozenset({"required", "discriminator", "default", "title"})
"""Said nowhere: demands that a part cannot meet, and noise."""


def schema_text() -> str:
    """The whole schema as text, the same on every machine."""
    document = _relaxed(Environment.model_json_schema(by_alias=True, schema_generator=DescribedJsonSchema))
    head = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A system's file or one environment's overlay",
    }
    return json.dumps({**head, **document}, indent=1, ensure_ascii=False) + "\n"


def write_schema(root: Path) -> bool:
    """Bring the file up to date; returns whether it changed."""
    file, text = root / FILE, schema_text()
    if file.is_file() and file.read_text("utf-8") == text:
        return False
    draft = file.with_name(f".{file.name}.new")
    draft.write_text(text, "utf-8")
    draft.replace(file)
    return True


def update_schema(root: Path) -> bool:
    """`write_schema`, unless neither this program nor the file has changed since it was last written here.

    Deriving the schema takes as long as loading an environment, and every run would do it again.
    """
    stamp = root / STAGING / "schema"
    if stamp.is_file() and stamp.read_text("utf-8") == _fingerprint(root / FILE):
        return False
    changed = write_schema(root)
    stamp.parent.mkdir(exist_ok=True)
    stamp.write_text(_fingerprint(root / FILE), "utf-8")
    return changed


def _fingerprint(file: Path) -> str:
    """Changes with any module of this program, with pydantic, and with the file itself."""
    package = Path(groundplan.__file__).parent
    modules = sorted((str(path), path.stat()) for path in package.rglob("*.py"))
    parts = [pydantic.VERSION, *(f"{path} {stat.st_size} {stat.st_mtime_ns}" for path, stat in modules)]
    content = file.read_bytes() if file.is_file() else b""
    return hashlib.sha256("\n".join(parts).encode() + content).hexdigest()


def _relaxed(schema: dict[str, Any]) -> dict[str, Any]:
    """`schema` with nothing required and null allowed wherever a value is."""
    result: dict[str, Any] = {}
    for key, value in schema.items():
        if key in ("properties", "$defs"):
            change = _or_null if key == "properties" else _relaxed
            result[key] = {name: change(item) for name, item in value.items()}
        elif key == "additionalProperties" and isinstance(value, dict):
            result[key] = _or_null(value)
        elif key in ("anyOf", "oneOf", "allOf"):
            # an overlay seldom repeats `type`, so several members of a tagged union may fit
            result["allOf" if key == "allOf" else "anyOf"] = [_relaxed(item) for item in value]
        elif key == "items" and isinstance(value, dict):
            result[key] = _relaxed(value)
        elif key not in _DROPPED:
            result[key] = value
    return result


def _or_null(schema: dict[str, Any]) -> dict[str, Any]:
    relaxed = _relaxed(schema)
    description = {"description": relaxed.pop("description")} if "description" in relaxed else {}
    options = relaxed["anyOf"] if set(relaxed) == {"anyOf"} else [relaxed]
    if {"type": "null"} not in options:
        options = [*options, {"type": "null"}]
    return {**description, "anyOf": options}
