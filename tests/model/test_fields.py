"""No setting without effect: what a person may write, something reads."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import groundplan

PACKAGE = Path(groundplan.__file__).parent


def fields() -> Iterator[tuple[str, str]]:
    """(class, field) of every model of the environment, as its modules declare them."""
    for module in (PACKAGE / "environment").glob("*.py"):
        for node in ast.parse(module.read_text("utf-8")).body:
            if isinstance(node, ast.ClassDef):
                for item in node.body:
                    if isinstance(item, ast.AnnAssign) and isinstance(item.target, ast.Name):
                        yield node.name, item.target.id


def test_every_field_is_read_by_something() -> None:
    text = "\n".join(module.read_text("utf-8") for module in PACKAGE.rglob("*.py"))
    read = set(re.findall(r"\.(\w+)", text)) | set(re.findall(r"[\"'](\w+)[\"']", text))

    assert [f"{model}.{field}" for model, field in fields() if field not in read] == []
