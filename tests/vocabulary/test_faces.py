"""Packages say what is public; whoever stands outside takes that, or a module, and nothing else."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from importlib import import_module
from pathlib import Path

import pytest

import groundplan

ROOT = Path(groundplan.__file__).parent
SOURCES = sorted([*ROOT.rglob("*.py"), *Path(__file__).parent.parent.rglob("*.py")])


def name_of(file: Path) -> str:
    """Dotted name of a module below the source root; of a test, something no package begins with."""
    if not file.is_relative_to(ROOT):
        return "tests"
    return ".".join(file.relative_to(ROOT.parent).with_suffix("").parts).removesuffix(".__init__")


def holds_code(package: Path) -> bool:
    return any(not isinstance(node, ast.Expr) for node in ast.parse(package.read_text()).body)


PACKAGES = [name_of(file) for file in sorted(ROOT.rglob("__init__.py")) if file.parent != ROOT and holds_code(file)]


def taken(sources: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str, str]]:
    """Module, package and name of everything that is imported from a package by a module outside it."""
    for module, text in sources:
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.ImportFrom) and node.module in PACKAGES and not _inside(module, node.module):
                yield from ((module, node.module, alias.name) for alias in node.names)


def _inside(module: str, package: str) -> bool:
    return module == package or module.startswith(f"{package}.")


def public(package: str) -> list[str]:
    """What a package lists; a gate that lists nothing answers `run`."""
    found: list[str] = getattr(import_module(package), "__all__", ["run"])
    return found


def is_public(package: str, name: str) -> bool:
    """Whether `name` is a module of the package, or on its list."""
    place = ROOT.parent / Path(*package.split("."))
    return (place / f"{name}.py").exists() or (place / name).is_dir() or name in public(package)


def test_packages_with_code_are_found() -> None:
    assert {"groundplan.checks", "groundplan.components", "groundplan.documents"} <= set(PACKAGES)


@pytest.mark.parametrize("package", PACKAGES)
def test_a_package_lists_what_is_public_in_order(package: str) -> None:
    listed = public(package)

    assert listed == sorted(listed)
    assert [name for name in listed if not hasattr(import_module(package), name)] == []


def test_whoever_is_outside_takes_what_is_public() -> None:
    found = taken((name_of(file), file.read_text()) for file in SOURCES)

    assert [
        f"{module} takes {name} of {package}" for module, package, name in found if not is_public(package, name)
    ] == []


def test_what_is_not_on_the_list_is_seen_to_be_taken() -> None:
    [(module, package, name)] = taken([("groundplan.synth.render", "from groundplan.documents import _every_page")])

    assert (module, package, name) == ("groundplan.synth.render", "groundplan.documents", "_every_page")
    assert not is_public(package, name)
