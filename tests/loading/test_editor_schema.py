"""Editors accept what the loader accepts, and mark what it refuses."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from groundplan.loading import editor_schema
from groundplan.loading.editor_schema import FILE, schema_text, update_schema, write_schema
from groundplan.loading.selection import RESERVED
from groundplan.yaml.marked import parse_marked_yaml


@pytest.fixture(scope="module")
def schema() -> Any:
    return jsonschema_rs.validator_for(json.loads(schema_text()))


def _files() -> list[Path]:
    folder = Path(__file__).resolve().parents[2] / "environments"
    systems = [file for file in folder.glob("*/*.yaml") if file.stem not in RESERVED - {"system"}]
    return [folder / "defaults.yaml", *systems]


def test_the_committed_schema_is_current(repository: Path) -> None:
    assert (repository / FILE).read_text("utf-8") == schema_text()


@pytest.mark.parametrize("file", _files(), ids=lambda file: f"{file.parent.name}/{file.name}")
def test_every_environment_file_fits_and_names_it(schema: Any, file: Path) -> None:
    text = file.read_text("utf-8")
    data = _values(text)

    errors = [f"{'/'.join(map(str, error.instance_path))}: {error.message}" for error in schema.iter_errors(data)]

    assert errors == []
    up = "" if file.name == "defaults.yaml" else "../"
    assert text.startswith(f"# yaml-language-server: $schema={up}schema.json\n")


@pytest.mark.parametrize(
    "overlay",
    [
        "recovery: null",
        "services: {web: null, api: {scaling: null, replicas: 3}}",
        "data: {db: {engine: {cloudnative-pg: {instances: 1}}}}",
        "cluster: {node_pools: {app: {cpu: 8, memory: 32Gi}}}",
    ],
)
def test_an_overlay_may_say_little_and_remove_with_null(schema: Any, overlay: str) -> None:
    assert schema.is_valid(_values(overlay))


@pytest.mark.parametrize(
    "overlay",
    [
        "servces: {}",
        "services: {web: {prt: 80}}",
        "services: {web: {port: 99999}}",
        "stage: productive",
        "data: {db: {engine: {cloudnative-pg: {instances: many}}}}",
    ],
)
def test_marks_unknown_keys_and_wrong_values(schema: Any, overlay: str) -> None:
    assert not schema.is_valid(_values(overlay))


def test_every_key_is_described() -> None:
    document = json.loads(schema_text())
    described = {
        f"{name}.{key}": "description" in value
        for name, definition in [("Environment", document), *document["$defs"].items()]
        for key, value in definition.get("properties", {}).items()
    }

    assert [key for key, is_described in described.items() if not is_described] == []


def test_writes_the_file_once(tmp_path: Path) -> None:
    (tmp_path / "environments").mkdir()

    assert write_schema(tmp_path) is True
    assert write_schema(tmp_path) is False
    assert sorted(path.name for path in (tmp_path / "environments").iterdir()) == ["schema.json"]


def test_derives_it_again_only_where_something_changed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "environments").mkdir()
    asked: list[Path] = []
    monkeypatch.setattr(editor_schema, "write_schema", lambda root: asked.append(root) or write_schema(root))

    first, second = update_schema(tmp_path), update_schema(tmp_path)
    (tmp_path / FILE).write_text("{}")
    third = update_schema(tmp_path)

    assert (first, second, third) == (True, False, True)
    assert asked == [tmp_path, tmp_path]


def test_another_version_of_pydantic_derives_it_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "environments").mkdir()
    update_schema(tmp_path)
    (tmp_path / FILE).write_text(schema_text())

    monkeypatch.setattr(editor_schema.pydantic, "VERSION", "0.0.0")
    monkeypatch.setattr(editor_schema, "schema_text", lambda: "{}")

    assert update_schema(tmp_path) is True


def _values(text: str) -> Any:
    return json.loads(json.dumps(parse_marked_yaml(text, "overlay").data))  # plain numbers
