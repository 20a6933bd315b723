"""One value of a YAML file changes; every other byte stays."""

from __future__ import annotations

import pytest

from groundplan.errors import EnvironmentFileError
from groundplan.yaml.edit import remove_at, rename_key, replace_at, set_scalar

PATH = ("services", "web", "image")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("services:\n  web:\n    image: a/web:v1  # why\n", "services:\n  web:\n    image: a/web:v2  # why\n"),
        ("services: {web: {image: a/web:v1, port: 80}}\n", "services: {web: {image: a/web:v2, port: 80}}\n"),
        ("services:\n  web: {image: 'a/web:v1'}\n", "services:\n  web: {image: 'a/web:v2'}\n"),
        ("services:\n  web: {port: 80}\n", "services:\n  web: {image: a/web:v2, port: 80}\n"),
        ("services:\n  web:\n    port: 80\n", "services:\n  web:\n    image: a/web:v2\n    port: 80\n"),
        ("services:\n  api: {port: 80}\n", "services:\n  web: {image: a/web:v2}\n  api: {port: 80}\n"),
        ("services: {}\n", "services: {web: {image: a/web:v2}}\n"),
        ("stage: staging\n", "stage: staging\nservices:\n  web: {image: a/web:v2}\n"),
        ("stage: staging", "stage: staging\nservices:\n  web: {image: a/web:v2}\n"),
        ("# empty\n", "# empty\nservices:\n  web: {image: a/web:v2}\n"),
        ("stage: staging\r\n", "stage: staging\r\nservices:\r\n  web: {image: a/web:v2}\r\n"),
        (
            "# größer als ä\nservices: {web: {image: a/web:v1}}\n",
            "# größer als ä\nservices: {web: {image: a/web:v2}}\n",
        ),
    ],
)
def test_sets_the_value_and_nothing_else(before: str, after: str) -> None:
    assert set_scalar(before, PATH, "a/web:v2", "x.yaml") == after


@pytest.mark.parametrize(
    "text", ["services: null\n", "services:\n  web: {image: [a]}\n", "services:\n  web: {image: |-\n"]
)
def test_refuses_what_is_no_single_value(text: str) -> None:
    with pytest.raises(EnvironmentFileError):
        set_scalar(text, PATH, "a/web:v2", "x.yaml")


def test_says_what_to_write_where_it_cannot() -> None:
    with pytest.raises(EnvironmentFileError, match=r"x.yaml: services.web.image: cannot be set .*; write `a/web:v2`"):
        set_scalar("services: null\n", PATH, "a/web:v2", "x.yaml")


@pytest.mark.parametrize(
    ("before", "path", "after"),
    [
        ("a: 1\nb: 2\n", ("a",), "b: 2\n"),
        ("a:\n  b: 1\n  c: 2  # why\nd: 3\n", ("a", "b"), "a:\n  c: 2  # why\nd: 3\n"),
        ("a:\n  # of b\n  b:\n    c: 1\n\n  d: 2\n", ("a", "b"), "a:\n\n  d: 2\n"),
        ("a: {b: 1, c: 2}\n", ("a", "b"), "a: {c: 2}\n"),
        ("a: {b: 1, c: 2}\n", ("a", "c"), "a: {b: 1}\n"),
        ("a: [x, y, z]\n", ("a", 1), "a: [x, z]\n"),
        ("a: [x]\nb: 1\n", ("a", 0), "b: 1\n"),
        ("a:\n  - x\n  - y\nb: 1\n", ("a", 0), "a:\n  - y\nb: 1\n"),
        ("a:\n  b:\n    c: 1\nd: 2\n", ("a", "b", "c"), "d: 2\n"),
        ("# why\n\na: 1\n", ("a",), "# why\n\n{}\n"),
        ("a:\n  b: |\n    text\n    more\n  c: 1\n", ("a", "b"), "a:\n  c: 1\n"),
    ],
)
def test_removes_an_entry_and_nothing_else(before: str, path: tuple[str | int, ...], after: str) -> None:
    assert remove_at(before, path, "x.yaml") == after


@pytest.mark.parametrize(
    ("before", "path", "after"),
    [
        ("a:\n  b: 1  # why\n", ("a", "b"), "a:\n  new: 1  # why\n"),
        ("a: {'b': 1}\n", ("a", "b"), "a: {'new': 1}\n"),
    ],
)
def test_renames_a_key_and_nothing_else(before: str, path: tuple[str, ...], after: str) -> None:
    assert rename_key(before, path, "new", "x.yaml") == after


@pytest.mark.parametrize(
    ("before", "path", "after"),
    [
        ("a: [x, 'y']  # why\n", ("a", 1), "a: [x, 'new']  # why\n"),
        ("a: {b: x}\n", ("a", "b"), "a: {b: new}\n"),
    ],
)
def test_replaces_a_value_and_nothing_else(before: str, path: tuple[str | int, ...], after: str) -> None:
    assert replace_at(before, path, "new", "x.yaml") == after


def test_a_name_that_is_no_word_is_refused() -> None:
    with pytest.raises(EnvironmentFileError):
        rename_key("a: 1\n", ("a",), "b: c", "x.yaml")
