"""No module needs one that needs it, neither when it is loaded nor when a function of it runs; types alone may point back."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Set
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import groundplan

PACKAGE = Path(groundplan.__file__).parent

SEAM = ("groundplan.stores.store", "groundplan.stores.registry")
"""A store asks the registry for its peer in another environment, and the registry answers with stores."""


def modules() -> Mapping[str, Path]:
    """Every module of the package by its name."""
    found = {}
    for file in sorted(PACKAGE.rglob("*.py")):
        parts = ("groundplan", *file.relative_to(PACKAGE).with_suffix("").parts)
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = file
    return found


def imported(tree: ast.AST, known: Set[str]) -> Iterator[str]:
    """Modules that are imported anywhere but for types alone."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            continue
        if isinstance(node, ast.ImportFrom) and node.module in known:
            names = (f"{node.module}.{alias.name}" for alias in node.names)
            yield from (name if name in known else node.module for name in names)
        yield from imported(node, known)


def circle(graph: Mapping[str, Set[str]]) -> list[str]:
    """The first circle; nothing where there is none."""
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        found: list[str] = error.args[1]
        return found
    return []


def test_no_module_needs_one_that_needs_it() -> None:
    known = modules()
    graph = {
        name: set(imported(ast.parse(file.read_text("utf-8")), known.keys())) - {name} for name, file in known.items()
    }
    graph[SEAM[0]] -= {SEAM[1]}

    assert circle(graph) == []


def test_a_circle_would_be_seen() -> None:
    known = {"groundplan.a", "groundplan.b"}
    late = ast.parse("def run():\n    from groundplan import a\n    from groundplan.a import x\n")
    types = ast.parse("if TYPE_CHECKING:\n    from groundplan.a import X\n")

    assert set(imported(late, known)) == {"groundplan.a"}
    assert set(imported(types, known)) == set()
    assert circle({"groundplan.a": {"groundplan.b"}, "groundplan.b": {"groundplan.a"}})
