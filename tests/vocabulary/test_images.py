"""Images are data: one file names them, everything in it is used, and no Python module names another."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import TypeAdapter

import groundplan
from groundplan.images import default_image, images, tag
from groundplan.model.values import ImageReference

PACKAGE = Path(groundplan.__file__).parent
REFERENCE = re.compile(
    r"([a-z0-9.-]+(:[0-9]+)?/)*[a-z][a-z0-9._-]*(:v?[0-9][\w.-]*|@sha256:[0-9a-f]{64})([\w.-]|@sha256:\S*)*"
)
NO_IMAGES = frozenset({"at", "localhost", "secretsmanager", "sha256"})
"""What else stands before a colon and a figure."""

HELD = re.compile(r"(?:image|--image)[= \"']+([\w./-]+:[\w.-]+)")
"""An image in a longer text, such as a command."""


def test_every_image_is_pinned() -> None:
    adapter: TypeAdapter[str] = TypeAdapter(ImageReference)

    assert [adapter.validate_python(reference.format(version=1)) for reference in images().values()]


def test_every_image_is_used() -> None:
    words = {text for path in PACKAGE.rglob("*.py") for _, text in _texts(path)}

    assert [name for name in images() if name not in words and re.sub(r"[0-9]+$", "", name) not in words] == []


def test_no_module_names_an_image() -> None:
    found = [
        f"{path.relative_to(PACKAGE)}:{line}: {text}"
        for path in sorted(PACKAGE.rglob("*.py"))
        for line, text in named(path)
    ]

    assert found == []


@pytest.mark.parametrize(
    ("code", "seen"),
    [
        ('IMAGE = "redis:7.2.5-alpine"', ["redis:7.2.5-alpine"]),
        ('IMAGE = f"postgres:{version}-alpine"', ["postgres:0-alpine"]),
        ('IMAGE = f"ghcr.io/a/b:{tag}"', ["ghcr.io/a/b:0"]),
        ('COMMAND = "kubectl run x --image busybox:1.36 --command"', ["busybox:1.36"]),
        ('PORTS = ["5432:5432"]; URL = "localhost:8080"; TIME = "at:30"', []),
        ('"""Runs redis:7.2.5-alpine."""', []),
    ],
)
def test_an_image_in_python_is_seen(code: str, seen: list[str], tmp_path: Path) -> None:
    (tmp_path / "module.py").write_text(code)

    assert [text for _, text in named(tmp_path / "module.py")] == seen


def test_a_version_takes_its_place() -> None:
    assert default_image("postgres-client", 16) == "postgres:16-alpine"


@pytest.mark.parametrize(
    ("reference", "version"),
    [("redis:7.2.5-alpine", "7.2.5-alpine"), ("host:5000/a/b:1", "1"), (f"a/b:2@sha256:{'0' * 64}", "2")],
)
def test_the_tag_of_a_reference_is_its_version(reference: str, version: str) -> None:
    assert tag(reference) == version


def named(path: Path) -> list[tuple[int, str]]:
    """Lines and images that the module writes out."""
    found = []
    for line, text in _texts(path):
        if REFERENCE.fullmatch(text) and text.partition(":")[0] not in NO_IMAGES:
            found.append((line, text))
        found += [(line, image) for image in HELD.findall(text)]
    return found


def _texts(path: Path) -> Iterator[tuple[int, str]]:
    """Every text of the module but docstrings; what an f-string fills in is a 0."""
    tree = ast.parse(path.read_text("utf-8"))
    inner = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in ast.walk(node)}
    prose = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            yield (
                node.lineno,
                "".join(str(part.value) if isinstance(part, ast.Constant) else "0" for part in node.values),
            )
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in inner | prose:
            yield node.lineno, node.value
