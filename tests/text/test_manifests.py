"""A manifest is read as the cluster reads it."""

from __future__ import annotations

from typing import Any

import pytest

from groundplan.yaml.manifests import ManifestYamlError, parse_documents


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("1e3", 1000.0),
        ("08", 8.0),
        ("0o17", 15),
        ("yes", True),
        ("~", None),
        ("2001-01-01", "2001-01-01"),
        ("'08'", "08"),
        ("!!str 8", "8"),
        ("!!int '3'", 3),
    ],
)
def test_scalars_are_what_go_reads(written: str, value: Any) -> None:
    [document] = parse_documents(f"a: {written}\n")

    assert (document["a"], type(document["a"])) == (value, type(value))


def test_an_alias_leads_to_the_same_value_and_multiplies_nothing() -> None:
    [document] = parse_documents("a: &x {b: [1]}\nc: *x\n")

    assert document["a"] is document["c"]


def test_every_document_is_read_and_an_empty_one_is_none() -> None:
    assert parse_documents("a: 1\n---\n---\nb: 2\n") == [{"a": 1}, None, {"b": 2}]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: 1\na: 2\n", "key `a` stands twice"),
        ("1: a\n", "key `1` is not a string"),
        ("? [a, b]\n: 1\n", "key `['a', 'b']` is not a string"),
        ("<<: {a: 1}\n", "could not determine a constructor"),
        ("a: [1\n", "is not YAML"),
        (f"a: {'[' * 2000}{']' * 2000}\n", "is nested too deep"),
    ],
)
def test_what_is_no_plain_document_is_refused(text: str, said: str) -> None:
    with pytest.raises(ManifestYamlError) as error:
        parse_documents(text)

    assert said in str(error.value)
