"""The JSON Schema that editors complete and check a catalogue with, derived from the model."""

from __future__ import annotations

import json
from pathlib import Path

from groundplan.layout import ENVIRONMENTS
from groundplan.model.descriptions import DescribedJsonSchema
from groundplan.requirements.model import Catalogue
from groundplan.requirements.report import write_whole

FILE = f"{ENVIRONMENTS}/requirements.schema.json"
"""Where it lies: each catalogue names it in its first line."""


def schema_text() -> str:
    """The whole schema as text, the same on every machine."""
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema"}
    return (
        json.dumps(
            {**head, **Catalogue.model_json_schema(schema_generator=DescribedJsonSchema)}, indent=1, ensure_ascii=False
        )
        + "\n"
    )


def write_schema(root: Path) -> bool:
    """Bring the file up to date; returns whether it changed."""
    return write_whole(root / FILE, schema_text())
