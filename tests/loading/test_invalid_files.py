"""Every way to get an environment file wrong: one clear line each, and generated files stay as they were.

A case is `invalid/<case>.yaml`, laid over the valid shop as its production overlay, or a folder `invalid/<case>/` that
is laid over `environments/`. What must be printed is in `invalid/<case>.expected`.
"""

from __future__ import annotations

import ast
import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

import groundplan
from groundplan.cli.main import main
from groundplan.errors import GroundplanError
from groundplan.loading.load import load_environments
from groundplan.loading.selection import select

HERE = Path(__file__).resolve().parent
CASES = sorted(path for path in (HERE / "invalid").iterdir() if path.suffix != ".expected")
PACKAGE = Path(groundplan.__file__).parent
MODULES = [
    module
    for room in ("facts", "loading", "model", "platforms", "rules", "stores", "yaml")
    for module in sorted((PACKAGE / room).rglob("*.py"))
    if module.parent.name != "effect"  # what reads the tree finds faults of another kind
]


def laid_out(root: Path, case: Path) -> Path:
    """A repository below `root` that holds the valid shop with `case` over it, and something generated earlier."""
    shutil.copytree(HERE / "valid", root / "environments")
    if case.is_dir():
        shutil.copytree(case, root / "environments", dirs_exist_ok=True)
    else:
        shutil.copy(case, root / "environments" / "shop" / "production.yaml")
    for generated in ("dist/shop/production/web", "argocd/shop/production/applications"):
        (root / generated).mkdir(parents=True)
        (root / generated / "Before.yaml").write_text("generated: earlier\n")
    return root


def generated_state(root: Path) -> dict[str, tuple[int, int, bytes]]:
    """Inode, time stamp and content of every generated file."""
    files = (path for top in ("dist", "argocd") for path in (root / top).rglob("*") if path.is_file())
    return {str(path): (path.stat().st_ino, path.stat().st_mtime_ns, path.read_bytes()) for path in files}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_says_what_is_wrong_and_touches_nothing(case: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = laid_out(tmp_path, case)
    before = generated_state(root)

    code = main(["--root", str(root), "synth", "--workers", "1"])

    printed = capsys.readouterr()
    expected = case.with_name(f"{case.stem}.expected")
    if "GROUNDPLAN_ACCEPT" in os.environ:
        expected.write_text(printed.err)
    assert printed.err == expected.read_text()
    assert printed.out == ""
    assert code == 1
    assert generated_state(root) == before


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_every_line_names_a_place_and_lines_are_sorted(case: Path) -> None:
    lines = case.with_name(f"{case.stem}.expected").read_text().splitlines()

    places = [re.match(r"error: (environments/\S+?\.ya?ml)(?::(\d+))?(?::(\d+))?: ", line) for line in lines]

    assert lines
    assert all(places), lines
    assert all("; " in line for line in lines), lines
    keys = [(place[1], int(place[2] or 0), int(place[3] or 0)) for place in places if place]
    assert keys == sorted(keys)


def test_no_message_repeats_a_credential() -> None:
    printed = "".join(path.read_text() for path in (HERE / "invalid").glob("plaintext-*.expected"))

    assert printed
    for value in ("hunter2", "not-known-by-shape", "AKIA", "MIIE", "ghp_", "c2VjcmV0"):
        assert value not in printed


def test_every_message_of_the_models_is_expected_somewhere() -> None:
    printed = "".join(path.read_text() for path in (HERE / "invalid").glob("*.expected"))
    tests = "".join(path.read_text() for path in HERE.parent.rglob("*.py"))

    unproven = [
        f"{module}:{line}: {text}"
        for module, line, pieces, text in _raised_messages()
        if not re.search(".*".join(map(re.escape, pieces)), printed) and max(pieces, key=len).strip() not in tests
    ]

    assert unproven == []


def test_every_rule_of_consistency_is_broken_by_some_case(tmp_path: Path) -> None:
    broken = set()
    for index, case in enumerate(CASES):
        root = laid_out(tmp_path / str(index), case)
        try:
            load_environments(root, select(root, []))
        except GroundplanError as error:
            broken |= {finding.rule for finding in error.findings}
    tests = "".join(path.read_text() for path in HERE.parent.rglob("*.py"))

    unproven = {rule for rule in _rules() if rule not in broken and rule not in tests}

    assert unproven == set()


def _raised_messages() -> Iterator[tuple[str, int, list[str], str]]:
    """Module, line, the fixed pieces and the source of each `raise ValueError(...)` of the models."""
    for module in MODULES:
        for node in ast.walk(ast.parse(module.read_text())):
            if not (isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call) and node.exc.args):
                continue
            if not isinstance(node.exc.func, ast.Name) or node.exc.func.id != "ValueError":
                continue
            message = node.exc.args[0]
            parts = message.values if isinstance(message, ast.JoinedStr) else [message]
            pieces = [str(part.value) for part in parts if isinstance(part, ast.Constant)]
            yield module.name, node.lineno, pieces, ast.unparse(message)


def _rules() -> Iterator[str]:
    """Names of the rules that yield problems: the second element of each tuple, the second argument of `unknown`."""
    for module in MODULES:
        for node in ast.walk(ast.parse(module.read_text())):
            items: list[ast.expr] = []
            if isinstance(node, ast.Yield) and isinstance(node.value, ast.Tuple):
                items = node.value.elts
            elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "unknown":
                items = node.args
            if len(items) > 1 and isinstance(items[1], ast.Constant):
                yield str(items[1].value)
