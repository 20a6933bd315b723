"""`groundplan why`: which values of environment files are behind a rendered object, or one field of it."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from groundplan.causes.why import Cause, Why, why
from groundplan.cli.output import console, in_short, plain
from groundplan.cli.place import file_and_line

SHOWN = 60
"""Characters of a value that are shown."""


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the verb's arguments."""
    parser.add_argument("place", metavar="FILE[:LINE]", help="a rendered object, and the line of the field in question")
    parser.add_argument(
        "--output", choices=("human", "json"), default="human", help="form of the answer (default: human)"
    )


def run(arguments: argparse.Namespace, root: Path) -> int:
    """Render the object again with other values until it is plain which of them it depends on, and print those."""
    file, line = file_and_line(root, arguments.place)
    found = why(root, file, line)
    if arguments.output == "json":
        print(json.dumps(as_json(found)))
        return 0
    out = console()
    out.print(
        f"{found.field or found.file}: {in_short(found.value, SHOWN)}" if found.field else found.file, markup=False
    )
    if found.construct:
        out.print(f"  emitted at {found.construct}", markup=False)
    changing = [cause for cause in found.causes if cause.fields]
    _print(out, "written", (cause for cause in changing if cause.leaf.at is not None), whole=not found.field)
    _print(out, "by default", (cause for cause in changing if cause.leaf.at is None), whole=not found.field)
    there = [cause for cause in found.causes if not cause.fields]
    _print(out, "it is there, and called so, because of", there, whole=False)
    if not changing:
        out.print("  no single value changes it: the construct says so itself", markup=False)
    return 0


def _print(out: Any, title: str, causes: Iterable[Cause], *, whole: bool) -> None:
    listed = list(causes)
    if listed:
        out.print(f"  {title}:", markup=False)
    for cause in listed:
        leaf = cause.leaf
        fields = f"  -> {', '.join(filter(None, cause.fields[:3]))}{' ...' if len(cause.fields) > 3 else ''}"
        where = f"{leaf.at}  " if leaf.at is not None else f"{leaf.environment}: "
        out.print(f"    {where}{leaf}: {in_short(leaf.value, SHOWN)}{fields if whole else ''}", markup=False)


def as_json(found: Why) -> dict[str, Any]:
    """The answer with every cause."""
    return {
        "ok": True,
        "file": found.file,
        "field": found.field,
        "value": found.value,
        "construct": found.construct,
        "causes": [
            {
                "environment": cause.leaf.environment,
                "key": str(cause.leaf),
                "value": plain(cause.leaf.value),
                "file": cause.leaf.at.file if cause.leaf.at is not None else None,
                "line": cause.leaf.at.line if cause.leaf.at is not None else None,
                "fields": list(cause.fields),
            }
            for cause in found.causes
        ],
    }
