"""`groundplan impact`: which fields of rendered objects a value of an environment file reaches."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from groundplan.causes.impact import Impact, impact
from groundplan.causes.other_values import REMOVED
from groundplan.cli.output import console, in_short, plain
from groundplan.cli.place import file_and_line
from groundplan.errors import UsageError

SHOWN = 60
"""Characters of a value that are shown."""


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the verb's arguments."""
    parser.add_argument("place", metavar="FILE:LINE", help="a line of an environment file")
    parser.add_argument(
        "--output", choices=("human", "json"), default="human", help="form of the answer (default: human)"
    )


def run(arguments: argparse.Namespace, root: Path) -> int:
    """Render everything once more with another value in its place, and print what comes out differently."""
    file, line = file_and_line(root, arguments.place)
    if line is None:
        raise UsageError("no line is named", "write FILE:LINE")
    found = impact(root, file, line)
    if arguments.output == "json":
        print(json.dumps(as_json(found)))
        return 0
    out = console()
    instead = "without it" if found.instead is REMOVED else f"with {in_short(found.instead, SHOWN)} instead"
    out.print(f"{found.key}: {len(found.reached)} files differ {instead}", markup=False)
    for item in found.reached:
        fields = f": {', '.join(item.fields[:4])}{' ...' if len(item.fields) > 4 else ''}" if item.fields else ""
        out.print(f"  {item.file}{fields}", markup=False)
    if not found.reached:
        out.print("  no other value that was tried is rendered otherwise", markup=False)
    return 0


def as_json(found: Impact) -> dict[str, Any]:
    """The answer with every field."""
    return {
        "ok": True,
        "key": found.key,
        "value": plain(found.value),
        "instead": None if found.instead is REMOVED else plain(found.instead),
        "reached": [{"file": item.file, "fields": list(item.fields)} for item in found.reached],
    }
