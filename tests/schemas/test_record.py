"""Facts are recorded from schemas, sealed, held against them, and removed when nobody needs them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from groundplan.errors import Severity
from groundplan.schemas.record import record, verify
from groundplan.schemas.sources import SourceError, find_sources
from groundplan.schemas.store import FactsError, facts_path, load_facts, recorded_kinds
from groundplan.yaml.text import to_yaml

WIDGET = ("example.com", "v1", "Widget")
GADGET = ("example.com", "v1", "Gadget")
SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {"spec": {"type": "object", "description": "Prose.", "properties": {"size": {"type": "integer"}}}},
}


def catalogue(folder: Path, schema: Any = SCHEMA, name: str = "widget") -> Path:
    file = folder / "example.com" / f"{name}_v1.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(schema))
    return folder


def definition(schema: Any = SCHEMA) -> dict[str, Any]:
    version = {"name": "v1", "schema": {"openAPIV3Schema": schema}}
    spec = {
        "group": "example.com",
        "names": {"kind": "Widget", "plural": "widgets"},
        "scope": "Cluster",
        "versions": [version],
    }
    return {"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition", "spec": spec}


def test_a_kind_s_facts_are_written_with_where_they_come_from(tmp_path: Path) -> None:
    recorded = record(tmp_path, {WIDGET}, [catalogue(tmp_path / "crds")])

    text = (tmp_path / "schemas/example.com/v1/Widget.fields").read_text()
    assert recorded.written == (WIDGET,)
    assert text.startswith("# example.com/v1 Widget, written by `groundplan schemas record`\nsource: sha256:")
    assert text.endswith("\n\nspec: object\n  size: integer\n")
    assert "Prose" not in text


def test_a_definition_also_says_scope_and_plural_and_has_the_same_digest_as_the_catalogue(tmp_path: Path) -> None:
    closed = json.loads(json.dumps(SCHEMA))
    closed["properties"]["spec"]["additionalProperties"] = False  # as converters do
    manifest = tmp_path / "crds.yaml"
    manifest.write_text(to_yaml({"kind": "List", "items": [definition()]}))

    source = find_sources({WIDGET}, [catalogue(tmp_path / "crds", closed), manifest])[WIDGET]
    from_catalogue = find_sources({WIDGET}, [tmp_path / "crds"])[WIDGET]

    assert (source.scope, source.plural) == ("Cluster", "widgets")
    assert source.digest == from_catalogue.digest


def test_recording_again_changes_nothing(tmp_path: Path) -> None:
    places = [catalogue(tmp_path / "crds")]
    record(tmp_path, {WIDGET}, places)
    before = (tmp_path / facts_path(WIDGET)).read_bytes()

    recorded = record(tmp_path, {WIDGET}, places)

    assert (recorded.written, recorded.unchanged) == ((), (WIDGET,))
    assert (tmp_path / facts_path(WIDGET)).read_bytes() == before


def test_recording_from_a_catalogue_keeps_what_only_a_definition_says(tmp_path: Path) -> None:
    manifest = tmp_path / "crds.yaml"
    manifest.write_text(to_yaml(definition()))
    record(tmp_path, {WIDGET}, [manifest])

    assert record(tmp_path, {WIDGET}, [catalogue(tmp_path / "crds")]).unchanged == (WIDGET,)
    facts = load_facts(tmp_path, WIDGET)
    assert facts is not None
    assert (facts.scope, facts.plural) == ("Cluster", "widgets")


def test_facts_that_nobody_wants_go_and_those_without_a_source_stay(tmp_path: Path) -> None:
    record(tmp_path, {WIDGET, GADGET}, [catalogue(catalogue(tmp_path / "crds"), name="gadget")])
    (tmp_path / "empty").mkdir()

    recorded = record(tmp_path, {WIDGET}, [tmp_path / "empty"])

    assert (recorded.removed, recorded.kept) == ((GADGET,), (WIDGET,))
    assert recorded_kinds(tmp_path) == (WIDGET,)


def test_the_last_facts_of_a_group_leave_no_folder(tmp_path: Path) -> None:
    record(tmp_path, {WIDGET}, [catalogue(tmp_path / "crds")])

    record(tmp_path, set(), [tmp_path / "crds"])

    assert list((tmp_path / "schemas").iterdir()) == []


def test_a_kind_without_facts_and_without_a_source_is_missing(tmp_path: Path) -> None:
    (tmp_path / "crds").mkdir()

    assert record(tmp_path, {WIDGET}, [tmp_path / "crds"]).missing == (WIDGET,)


def test_a_source_that_the_notation_cannot_say_stops_the_recording_before_anything_is_written(tmp_path: Path) -> None:
    places = [catalogue(catalogue(tmp_path / "crds"), {"properties": {"spec": {"properties": {"a": {}}}}}, "gadget")]

    with pytest.raises(SourceError, match="Gadget: spec: has no type; teach the notation to say it"):
        record(tmp_path, {WIDGET, GADGET}, places)

    assert recorded_kinds(tmp_path) == ()


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("crds/example.com/widget_v1.json", "{", "is not JSON"),
        ("crds/example.com/widget_v1.json", "[]", "is no schema"),
        ("crds/a.yaml", "CustomResourceDefinition: [\nexample.com\nkind: Widget\n", "name a file with definitions"),
        ("crds/a.yaml", "kind: CustomResourceDefinition\nspec:\n  group: example.com\n  names:\n    kind: Widget\n",
         "has a definition without 'versions'"),
    ],
)  # fmt: skip
def test_a_place_that_cannot_be_read_is_named(tmp_path: Path, name: str, text: str, message: str) -> None:
    file = tmp_path / name
    file.parent.mkdir(parents=True)
    file.write_text(text)

    with pytest.raises(SourceError, match=message):
        find_sources({WIDGET}, [tmp_path / "crds"])


def test_a_place_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="nowhere: is not there"):
        find_sources({WIDGET}, [tmp_path / "nowhere"])


def test_an_edit_by_hand_breaks_the_seal(tmp_path: Path) -> None:
    record(tmp_path, {WIDGET}, [catalogue(tmp_path / "crds")])
    file = tmp_path / facts_path(WIDGET)
    file.write_text(file.read_text().replace("size: integer", "size: any"))

    with pytest.raises(FactsError, match="was not written by `groundplan schemas record`, or edited since"):
        load_facts(tmp_path, WIDGET)


def test_facts_in_another_notation_are_named_with_their_line(tmp_path: Path) -> None:
    record(tmp_path, {WIDGET}, [catalogue(tmp_path / "crds")])
    facts = load_facts(tmp_path, WIDGET)
    assert facts is not None
    object.__setattr__(facts, "fields", "spec: objekt\n")

    with pytest.raises(FactsError, match=r"Widget\.fields:5: is no type: objekt"):
        facts.schema()


def test_verifying_names_what_the_source_says_differently(tmp_path: Path) -> None:
    record(tmp_path, {WIDGET, GADGET}, [catalogue(catalogue(tmp_path / "crds"), name="gadget")])
    reworded = json.loads(json.dumps(SCHEMA).replace("Prose", "Other prose"))
    other = json.loads(json.dumps(SCHEMA).replace("integer", "string"))

    findings, count = verify(tmp_path, [catalogue(catalogue(tmp_path / "new", reworded), other, "gadget")])

    assert count == 2
    assert [(finding.location.file, finding.rule, finding.severity) for finding in findings] == [
        ("schemas/example.com/v1/Gadget.fields", "schemas.stale", Severity.ERROR),
        ("schemas/example.com/v1/Widget.fields", "schemas.reworded", Severity.WARNING),
    ]


def test_verifying_finds_nothing_where_nothing_moved(tmp_path: Path) -> None:
    places = [catalogue(tmp_path / "crds")]
    record(tmp_path, {WIDGET}, places)

    assert verify(tmp_path, places) == ([], 1)
