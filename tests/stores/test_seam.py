"""Nobody outside a store's folder knows what kind of store it is or who runs it: no import, no type, no engine's name."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import groundplan
from groundplan.stores.registry import ENGINES

PACKAGE = Path(groundplan.__file__).parent

KINDS = {kind for kind, _ in ENGINES}
WORDS = {"csi", "redis-cluster", "redis-sentinel"}
"""Engines that are called like something in Kubernetes, or like triggers of KEDA; `engines_asked` finds whoever compares them all the same."""

NAMES = {engine for _, engine in ENGINES} - WORDS

UNION = "model/data.py"
"""The one module that names every kind."""

ADDONS = "addons/"
"""An operator may be called like the engine it runs; `addons/` configures it."""


def outside() -> Iterator[tuple[str, ast.Module]]:
    """Every module that is no store's own, by its path."""
    for file in sorted(PACKAGE.rglob("*.py")):
        path = file.relative_to(PACKAGE).as_posix()
        if not path.startswith("stores/") and path != UNION:
            yield path, ast.parse(file.read_text("utf-8"))


def imported_kinds(module: ast.Module) -> Iterator[str]:
    """Modules of a kind of store that are imported."""
    for node in ast.walk(module):
        names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        names += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        yield from (
            name for name in names if any(f"{name}.".startswith(f"groundplan.stores.{kind}.") for kind in KINDS)
        )


def engines_named(module: ast.Module) -> Iterator[str]:
    """Names of engines that are written as a value."""
    yield from (
        node.value
        for node in ast.walk(module)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value in NAMES
    )


def engines_asked(module: ast.Module) -> Iterator[str]:
    """`<anything>.engine`, which only the store itself and its registry may read."""
    yield from (
        ast.unparse(node) for node in ast.walk(module) if isinstance(node, ast.Attribute) and node.attr == "engine"
    )


def test_nobody_imports_a_kind_of_store() -> None:
    assert [f"{path}: {name}" for path, module in outside() for name in imported_kinds(module)] == []


def test_nobody_names_an_engine() -> None:
    found = [
        f"{path}: {name}" for path, module in outside() for name in engines_named(module) if not path.startswith(ADDONS)
    ]

    assert found == []


def test_nobody_asks_for_the_engine() -> None:
    allowed = "platforms/azure/store.py"  # the base of the stores that Azure runs

    assert [f"{path}: {name}" for path, module in outside() for name in engines_asked(module) if path != allowed] == []


def test_a_question_would_be_seen() -> None:
    planted = ast.parse(
        "from groundplan.stores.postgres.model import Postgres\n"
        'if isinstance(store, Postgres) and store.engine.name == "azure-cache":\n    pass\n'
    )

    assert list(imported_kinds(planted)) == ["groundplan.stores.postgres.model"]
    assert list(engines_named(planted)) == ["azure-cache"]
    assert list(engines_asked(planted)) == ["store.engine"]
