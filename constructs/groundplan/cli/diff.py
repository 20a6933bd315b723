"""`groundplan diff`: in what two environments differ, and which value of their files makes each difference."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from groundplan.causes.contrast import Contrast, Field, Setting, contrast
from groundplan.cli.files import one_environment
from groundplan.cli.output import console, in_short, plain
from groundplan.errors import Location
from groundplan.review.fields import ABSENT

SHOWN = 40
"""Characters of a value that are shown."""


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the verb's arguments."""
    parser.add_argument("first", metavar="SYSTEM/ENV", help="one environment")
    parser.add_argument("second", metavar="SYSTEM/ENV", help="the other")
    parser.add_argument(
        "--output", choices=("human", "json"), default="human", help="form of the answer (default: human)"
    )


def run(arguments: argparse.Namespace, root: Path) -> int:
    """Take over one value after the other, and print which fields follow each."""
    pairs = [one_environment(root, name) for name in (arguments.first, arguments.second)]
    found = contrast(root, pairs[0], pairs[1])
    if arguments.output == "json":
        print(json.dumps(as_json(found)))
        return 0
    out = console()
    for setting, fields in sorted(found.settings, key=lambda entry: -len(entry[1])):
        out.print(f"{setting}: {_short(setting.before)} | {_short(setting.after)}", markup=False)
        out.print(f"  {_where(setting.at[0])} | {_where(setting.at[1])}", markup=False)
        for field in fields[:3]:
            out.print(f"    {_named(field)}", markup=False)
        if len(fields) > 3:
            out.print(f"    and {len(fields) - 3} more", markup=False)
    if found.unexplained:
        out.print("differ for several of them together, or for what other environments say:", markup=False)
        for field in found.unexplained[:20]:
            out.print(f"    {_named(field)}", markup=False)
        if len(found.unexplained) > 20:
            out.print(f"    and {len(found.unexplained) - 20} more", markup=False)
    return 0


def _short(value: Any) -> str:
    if value is ABSENT:
        return "not there"
    return in_short(value, SHOWN)


def _where(at: Location | None) -> str:
    return str(at) if at is not None else "by default"


def _named(field: Field) -> str:
    (component, _, kind, namespace, name), path = field
    return f"{component}: {kind} {f'{namespace}/' if namespace else ''}{name}{f'  {path}' if path else ''}"


def as_json(found: Contrast) -> dict[str, Any]:
    """The answer with every field."""
    return {
        "ok": True,
        "settings": [_setting_as_json(setting, fields) for setting, fields in found.settings],
        "unexplained": [_field_as_json(field) for field in found.unexplained],
    }


def _setting_as_json(setting: Setting, fields: tuple[Field, ...]) -> dict[str, Any]:
    return {
        "key": str(setting),
        "values": [None if value is ABSENT else plain(value) for value in (setting.before, setting.after)],
        "written": [str(at) if at is not None else None for at in setting.at],
        "fields": [_field_as_json(field) for field in fields],
    }


def _field_as_json(field: Field) -> dict[str, str]:
    (component, group, kind, namespace, name), path = field
    return {
        "component": component,
        "apiGroup": group,
        "kind": kind,
        "namespace": namespace,
        "name": name,
        "field": path,
    }
