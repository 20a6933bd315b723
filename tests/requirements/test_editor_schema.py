"""The schema for editors is current, and every catalogue names it and fits it."""

from __future__ import annotations

from pathlib import Path

import jsonschema_rs
import pytest
import yaml

from groundplan.requirements.editor_schema import FILE, schema_text, write_schema

REPOSITORY = Path(__file__).resolve().parents[2]
CATALOGUES = sorted(REPOSITORY.glob("environments/*/requirements.yaml"))


def test_the_committed_schema_is_what_the_model_says() -> None:
    assert (REPOSITORY / FILE).read_text("utf-8") == schema_text()


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.parent.name)
def test_every_catalogue_names_the_schema_and_fits_it(path: Path) -> None:
    text = path.read_text("utf-8")
    document = yaml.load(text, Loader=yaml.CSafeLoader)

    assert text.startswith("# yaml-language-server: $schema=../requirements.schema.json\n")
    jsonschema_rs.validate(yaml.safe_load(schema_text()), document)


def test_is_written_once(tmp_path: Path) -> None:
    (tmp_path / "environments").mkdir()

    assert [write_schema(tmp_path), write_schema(tmp_path)] == [True, False]
