"""`groundplan schemas` says what it did, in words and as JSON."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from groundplan.checks.schema_kinds import unused
from groundplan.cli.main import main
from groundplan.schemas.sources import VARIABLE, catalogue_name
from groundplan.yaml.text import to_yaml

WIDGET = {"apiVersion": "example.com/v1", "kind": "Widget", "metadata": {"name": "w", "namespace": "shop"}}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A repository that renders one widget, beside a catalogue of every kind it needs."""
    file = tmp_path / "repository/dist/store/prod/web/shop/Widget-w.yaml"
    file.parent.mkdir(parents=True)
    file.write_text(to_yaml(WIDGET))
    for kind in {("example.com", "v1", "Widget"), *unused()}:
        entry = tmp_path / "crds" / catalogue_name(kind)
        entry.parent.mkdir(parents=True, exist_ok=True)
        entry.write_text(json.dumps({"type": "object", "properties": {"spec": {"type": "object"}}}))
    return tmp_path / "repository"


def schemas(root: Path, *arguments: str) -> int:
    return main(["--root", str(root), "schemas", *arguments])


def test_records_every_kind_that_is_rendered(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert schemas(root, "record", str(root.parent / "crds")) == 0

    assert (root / "schemas/example.com/v1/Widget.fields").is_file()
    assert capsys.readouterr().out == (
        f"schemas/: {1 + len(unused())} kinds written, 0 unchanged, 0 removed, 0 kept without a source at hand\n"
    )


def test_the_variable_names_places_where_the_command_does_not(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, str(root.parent / "crds"))

    assert schemas(root, "record") == 0
    assert schemas(root, "verify") == 0


def test_without_any_place_it_says_where_schemas_come_from(
    root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)

    assert schemas(root, "record") == 1
    assert "no schemas are at hand; name a folder or file that has them" in capsys.readouterr().err


def test_a_kind_of_which_no_place_has_a_schema_fails(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (root.parent / "crds/example.com/widget_v1.json").unlink()

    assert schemas(root, "record", str(root.parent / "crds"), "--output", "json") == 1

    assert json.loads(capsys.readouterr().out)["missing"] == ["example.com/v1 Widget"]


def test_verify_fails_where_a_schema_has_moved_on(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    schemas(root, "record", str(root.parent / "crds"))
    capsys.readouterr()
    (root.parent / "crds/example.com/widget_v1.json").write_text('{"properties": {"spec": {"type": "string"}}}')

    assert schemas(root, "verify", str(root.parent / "crds"), "--output", "json") == 1

    assert [item["rule"] for item in json.loads(capsys.readouterr().out)["findings"]] == ["schemas.stale"]
