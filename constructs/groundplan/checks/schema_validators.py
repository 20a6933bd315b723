"""What each object is held to: a validator for its kind, or why there is none."""

from __future__ import annotations

import base64
import binascii
import json
import re
from dataclasses import dataclass
from pathlib import Path

import jsonschema_rs

from groundplan.checks.core_schemas import OBJECT_META, CoreSchemas
from groundplan.checks.inventory import Inventory, Object
from groundplan.checks.schema_kinds import CONSTRAINTS, MATCH, definitions_in, kind_of
from groundplan.checks.schema_rules import keywords
from groundplan.errors import Finding
from groundplan.schemas.notation import Schema, read
from groundplan.schemas.store import RECORD, FactsError, Kind, load_facts
from groundplan.schemas.type_words import UnwritableError
from groundplan.schemas.writer import write

METADATA: Schema = {"$ref": OBJECT_META}
"""What every object's metadata is held to."""

_GO_DURATION = re.compile(r"^[-+]?([0-9]+(\.[0-9]*)?(ns|us|µs|ms|s|m|h))+$|^0$")


@dataclass(frozen=True, slots=True, eq=False)
class Held:
    """What objects of a kind are held to."""

    validator: jsonschema_rs.Draft202012Validator
    """Finds what is wrong."""

    schema: Schema
    """What it was compiled from, for looking up what a field may be called."""


@dataclass(frozen=True, order=True, slots=True)
class Lacking:
    """Why objects of a kind cannot be judged."""

    reason: str
    """What is missing."""

    advice: str
    """What to do about it."""


class Validators:
    """Compiles a validator for each kind when the first object of it comes."""

    def __init__(self, root: Path, inventory: Inventory) -> None:
        self.root = root
        self.findings: list[Finding] = []
        self._held: dict[tuple[str, ...], Held | Lacking] = {}
        self._definitions = definitions_in(inventory)

    def of(self, item: Object, core: CoreSchemas) -> Held | Lacking | None:
        """A validator; why there is none; None where this version of Kubernetes does not serve the kind."""
        kind = kind_of(item)
        if item.group in core.groups:
            schema = core.schema(*kind)
            return None if schema is None else self._compiled((*kind, core.version), schema, core)
        defined = self._definitions.get((item.cluster, kind))
        key = (*kind, json.dumps(defined))  # clusters that define a kind alike share its validator
        if key not in self._held:
            found = self._recorded(kind) if defined is None else self._defined(kind, defined)
            if isinstance(found, Lacking):
                self._held[key] = found
            else:
                self._compiled(key, of_an_object(found), core)
        return self._held[key]

    def _defined(self, kind: Kind, raw: Schema) -> Schema | Lacking:
        """The schema that the tree itself brings, read as a recorded one would be."""
        try:
            schema = read(write(raw))
        except UnwritableError as error:
            return Lacking(f"the schema of {' '.join(kind)} cannot be read ({error})", "correct it")
        if kind[0] == CONSTRAINTS:
            upstream = self._recorded(MATCH)
            if isinstance(upstream, Lacking):
                return upstream
            match = upstream["properties"]["spec"]["properties"]["match"]
            own = {"$id": "urn:groundplan:match", "$defs": upstream.get("$defs", {})}  # its references stay its own
            schema["properties"]["spec"]["properties"]["match"] = {**own, **match}
        return schema

    def _recorded(self, kind: Kind) -> Schema | Lacking:
        try:
            facts = load_facts(self.root, kind)
            if facts is not None:
                return facts.schema()
        except FactsError as error:
            self.findings.extend(error.findings)
        return Lacking(f"no facts of {kind[0]}/{kind[1]} {kind[2]} are recorded", RECORD)

    def _compiled(self, key: tuple[str, ...], schema: Schema, core: CoreSchemas) -> Held | Lacking:
        if key not in self._held:
            try:
                self._held[key] = Held(compiled(schema, core), schema)
            except ValueError as error:
                reason = f"the schema of {' '.join(key[:3])} cannot be compiled ({str(error).splitlines()[0]})"
                self._held[key] = Lacking(reason, "correct it")
        return self._held[key]


def compiled(schema: Schema, core: CoreSchemas) -> jsonschema_rs.Draft202012Validator:
    """A validator of everything that the API server checks.

    Raises:
        ValueError: where the schema is none.
    """
    return jsonschema_rs.Draft202012Validator(
        schema,
        registry=core.registry,
        validate_formats=True,
        formats=FORMATS,
        keywords=keywords(schema.get("$defs", {})),  # type: ignore[arg-type]  # anything that makes one will do
        offline=True,
    )


def of_an_object(schema: Schema, metadata: Schema = METADATA) -> Schema:
    """The schema of a kind's fields, and those that every object has."""
    fields = schema.get("properties", {})
    own = {"apiVersion": {"type": "string"}, "kind": {"type": "string"}, "status": {}}
    both = {"allOf": [metadata, fields.get("metadata", {})]}
    return {"additionalProperties": False, **schema, "properties": {**own, **fields, "metadata": both}}


def _is_base64(text: str) -> bool:
    try:
        base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return False
    return True


FORMATS = {
    "byte": _is_base64,
    "duration": lambda text: _GO_DURATION.match(text) is not None,  # Go's, where JSON Schema means ISO 8601
    "uri": lambda text: True,  # Go's parser takes paths too; what must be a URL is told by the kind's own pattern
}
"""Formats the API server checks differently from JSON Schema."""
