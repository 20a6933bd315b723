"""One value of a YAML file changes; every other byte stays."""

from __future__ import annotations

import pytest

from groundplan.errors import EnvironmentFileError
from groundplan.yaml.edit import set_scalar

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
