"""Schemas of custom resources as their operators publish them: definitions in YAML, or JSON as public catalogues have it.

A folder is searched for `<group>/<kind>_<version>.json`, kind in lower case, and for CustomResourceDefinitions in any
of its YAML files; a file is one of the latter.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from groundplan.errors import Finding, GroundplanError, Location
from groundplan.schemas.store import Kind
from groundplan.yaml.manifests import ManifestYamlError, parse_documents

VARIABLE = "GROUNDPLAN_SCHEMAS"
"""Environment variable with the places to search where none is named, separated like PATH."""

DEFINITION = "CustomResourceDefinition"


class SourceError(GroundplanError):
    """A place with schemas is not there, or holds none that can be read."""


@dataclass(frozen=True, slots=True)
class Source:
    """What an operator says of one of its kinds."""

    schema: Mapping[str, Any]
    """Its schema."""

    where: str
    """File it stands in."""

    scope: str = ""
    """`Namespaced` or `Cluster`. Default empty: a catalogue does not say."""

    plural: str = ""
    """Name of the resource. Default empty: a catalogue does not say."""

    @property
    def digest(self) -> str:
        """`sha256:` of its canonical JSON, the same whether a converter has closed it to other fields or not."""
        text = json.dumps(_opened(self.schema), sort_keys=True, separators=(",", ":"))
        return f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"


def named_places() -> list[Path]:
    """The places that the environment variable names."""
    return [Path(text) for text in os.environ.get(VARIABLE, "").split(os.pathsep) if text]


def find_sources(kinds: Collection[Kind], places: Sequence[Path]) -> dict[Kind, Source]:
    """The first source of each kind in `places`; definitions, which say more, come before catalogue entries.

    Raises:
        SourceError: where a place is not there, or a file that should hold a kind cannot be read.
    """
    if gone := [place for place in places if not place.exists()]:
        raise SourceError(_problem(place, "is not there", "name a folder or file with schemas") for place in gone)
    found: dict[Kind, Source] = {}
    for place in places:
        for kind, source in _definitions(place, set(kinds) - set(found)):
            found.setdefault(kind, source)
    for kind in set(kinds) - set(found):
        files = [file for place in places if (file := place / catalogue_name(kind)).is_file()]
        if files:
            found[kind] = Source(_json(files[0]), str(files[0]))
    return found


def catalogue_name(kind: Kind) -> str:
    """Where a catalogue has a kind."""
    return f"{kind[0]}/{kind[2].lower()}_{kind[1]}.json"


def _definitions(place: Path, kinds: Collection[Kind]) -> Iterator[tuple[Kind, Source]]:
    """Definitions of `kinds` in the YAML of a place; a file is only parsed where it names one of them."""
    files = [place] if place.is_file() else sorted([*place.rglob("*.yaml"), *place.rglob("*.yml")])
    for file in files:
        text = file.read_text("utf-8", errors="replace")
        if DEFINITION in text and any(f"kind: {kind}\n" in text and group in text for group, _, kind in kinds):
            for document in _documents(file, text):
                yield from ((kind, source) for kind, source in _versions(document, file) if kind in kinds)


def _documents(file: Path, text: str) -> Iterator[Any]:
    """Every document, those in a list of kubectl's too."""
    try:
        documents = parse_documents(text)
    except ManifestYamlError as error:
        raise SourceError([_problem(file, str(error), "name a file with definitions")]) from None
    for document in documents:
        yield from document.get("items", [document]) if isinstance(document, Mapping) else []


def _versions(document: Any, file: Path) -> Iterator[tuple[Kind, Source]]:
    if not isinstance(document, Mapping) or document.get("kind") != DEFINITION:
        return
    try:
        spec = document["spec"]
        for version in spec["versions"]:
            schema = version["schema"]["openAPIV3Schema"]
            kind = (spec["group"], version["name"], spec["names"]["kind"])
            yield kind, Source(schema, str(file), spec["scope"], spec["names"]["plural"])
    except (KeyError, TypeError) as error:
        raise SourceError(
            [_problem(file, f"has a definition without {error}", "name a file with whole ones")]
        ) from None


def _json(file: Path) -> Mapping[str, Any]:
    try:
        schema = json.loads(file.read_bytes())
    except ValueError as error:
        raise SourceError([_problem(file, f"is not JSON: {error}", "name a folder with schemas")]) from None
    if not isinstance(schema, Mapping):
        raise SourceError([_problem(file, "is no schema", "name a folder with schemas")])
    return schema


def _opened(schema: Any) -> Any:
    if isinstance(schema, list):
        return [_opened(item) for item in schema]
    if not isinstance(schema, Mapping):
        return schema
    return {key: _opened(value) for key, value in schema.items() if (key, value) != ("additionalProperties", False)}


def _problem(place: Path, message: str, advice: str) -> Finding:
    return Finding(Location(str(place)), "schemas.source", "", message, advice)
