"""What an editor shows beside a key is the docstring below the field."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from groundplan.model.descriptions import DescribedJsonSchema, field_docstrings
from groundplan.model.values import Model


class Base(Model):
    """A chapter."""

    size: int
    """How large,
    in pods."""


class Chapter(Base):
    """A chapter with more in it."""

    for_: str = Field(default="", alias="for")
    """Whom it is for. Default nobody."""

    silent: int = 0
    given: int = Field(default=0, description="said elsewhere")
    """Never read."""


def test_docstrings_are_those_of_the_class_and_of_its_bases() -> None:
    assert field_docstrings(Chapter) == {
        "size": "How large,\nin pods.",
        "for_": "Whom it is for. Default nobody.",
        "given": "Never read.",
    }


def test_the_schema_describes_each_field_under_the_name_that_people_write() -> None:
    schema: Any = Chapter.model_json_schema(by_alias=True, schema_generator=DescribedJsonSchema)

    described = {name: value.get("description") for name, value in schema["properties"].items()}

    assert described == {
        "size": "How large,\nin pods.",
        "for": "Whom it is for. Default nobody.",
        "silent": None,
        "given": "said elsewhere",
    }
