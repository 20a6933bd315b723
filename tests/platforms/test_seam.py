"""Nobody outside a platform's folder knows the platform: no import, no comparison, no look into its chapter.

And inside a folder, what reads the rendered tree back for the gates knows nothing of what rendered it.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import groundplan
from groundplan.platforms.registry import PLATFORMS

PACKAGE = Path(groundplan.__file__).parent
FOLDERS = {f"groundplan.platforms.{name}" for name in PLATFORMS}

UNION = "model/platform.py"
"""The one module that names every chapter."""

RENTED = {
    "stores/broker/azure_service_bus",
    "stores/files/azure_files",
    "stores/postgres/azure_flexible_server",
    "stores/redis/azure_cache",
}
"""Engines that a platform runs are made of its parts: each lies with its kind of store, in a folder of its name."""


def outside() -> Iterator[tuple[str, ast.Module]]:
    """Every module that is no platform's own, by its path."""
    for file in sorted(PACKAGE.rglob("*.py")):
        path = file.relative_to(PACKAGE).as_posix()
        if not any(path.startswith(f"platforms/{name}/") for name in PLATFORMS):
            yield path, ast.parse(file.read_text("utf-8"))


def imports(module: ast.Module) -> Iterator[str]:
    for node in ast.walk(module):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


def compared_names(module: ast.Module) -> Iterator[str]:
    """Names of platforms that something is compared with, looked up by, or matched against."""
    for node in ast.walk(module):
        places: list[ast.expr] = []
        if isinstance(node, ast.Compare):
            places = [node.left, *node.comparators]
        elif isinstance(node, ast.Subscript):
            places = [node.slice]
        elif isinstance(node, ast.Dict) and len(node.keys) > 1:
            places = [key for key in node.keys if key is not None]
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "get":
            places = list(node.args)
        elif isinstance(node, ast.MatchValue):
            places = [node.value]
        for place in places:
            yield from (
                item.value for item in ast.walk(place) if isinstance(item, ast.Constant) and item.value in PLATFORMS
            )


def chapters_read(module: ast.Module) -> Iterator[str]:
    """`<anything>.platform.<name>`, which only the platform itself may read."""
    for node in ast.walk(module):
        if isinstance(node, ast.Attribute) and node.attr in PLATFORMS:
            owner = node.value
            if isinstance(owner, ast.Attribute) and owner.attr == "platform":
                yield node.attr


def test_nobody_imports_a_platform() -> None:
    found = [
        f"{path}: {name}"
        for path, module in outside()
        for name in imports(module)
        if any(name == folder or name.startswith(f"{folder}.") for folder in FOLDERS)
        and not any(path.startswith(f"{engine}/") for engine in RENTED)
        and not (path == UNION and name.endswith(".chapter"))
    ]

    assert found == []


def test_nobody_compares_a_platform() -> None:
    found = [
        f"{path}: {name}"
        for path, module in outside()
        for name in compared_names(module)
        if path != "platforms/registry.py"
    ]

    assert found == []


def test_nobody_reads_the_chapter_of_a_platform() -> None:
    found = [
        f"{path}: {name}"
        for path, module in outside()
        for name in chapters_read(module)
        if not any(path.startswith(f"{engine}/") for engine in RENTED)
    ]

    assert found == []


READ_BY_GATES = (
    "checks.",
    "review.",
    "errors",
    "facts.",
    "kubernetes.",
    "layout",
    "model.",
    "platforms.resources",
    "requirements.",
    "yaml.",
)
"""Rooms and modules that a reader may take from: what is rendered by a folder is not among them."""


def crossings(path: str, module: ast.Module) -> Iterator[str]:
    """Imports from one side of a folder to its other."""
    folder, is_reader, _ = path.partition("/effect/")
    own = f"groundplan.{folder.replace('/', '.')}.effect"
    for name in imports(module):
        if not name.startswith("groundplan.") or f"{name}.".startswith(f"{own}."):
            continue
        here = f"groundplan.{folder.replace('/', '.')}"
        words = {f"{here}.words", f"{here.rpartition('.')[0]}.words"}  # of an API or a program, which both sides need
        if is_reader and name not in words and not name.removeprefix("groundplan.").startswith(READ_BY_GATES):
            yield f"{path}: {name}"
        if not is_reader and ".effect" in name:
            yield f"{path}: {name}"


def test_what_reads_the_tree_back_knows_nothing_of_what_rendered_it() -> None:
    files = [file for room in ("platforms", "stores") for file in sorted((PACKAGE / room).rglob("*.py"))]
    found = [
        crossing
        for file in files
        for crossing in crossings(file.relative_to(PACKAGE).as_posix(), ast.parse(file.read_text("utf-8")))
    ]

    assert [file for file in files if file.parent.name == "effect"]
    assert found == []


def test_a_crossing_would_be_seen() -> None:
    reader = ast.parse("from groundplan.platforms.aws.security_groups import NODES\n")
    builder = ast.parse("from groundplan.platforms.aws.effect.grants import uses\n")

    assert list(crossings("platforms/aws/effect/needs.py", reader))
    assert list(crossings("platforms/aws/cluster.py", builder))
    assert not list(crossings("platforms/aws/effect/needs.py", builder))


def test_a_comparison_would_be_seen() -> None:
    planted = ast.parse(
        'if environment.platform.azure:\n    pass\nif name == "aws":\n    pass\nroles = {"azure": 1, "other": 2}["aws"]\n'
        "from groundplan.platforms.aws.rules import RULES\n"
    )

    assert list(imports(planted)) == ["groundplan.platforms.aws.rules"]
    assert sorted(compared_names(planted)) == ["aws", "aws", "azure"]
    assert list(chapters_read(planted)) == ["azure"]
