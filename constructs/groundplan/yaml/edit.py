"""Changing one value of a YAML file as a person would: everything else keeps its bytes, comments included."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import yaml

from groundplan.errors import EnvironmentFileError, Finding, Location
from groundplan.yaml.marked import dotted, parse_marked_yaml

Keys = tuple[str, ...]


def set_scalar(text: str, path: Keys, value: str, shown: str) -> str:
    """`text` with `value` at `path`; the key is added where it is missing.

    Args:
        text: content of the file, called `shown` in messages.
        path: keys from the top; all but the last lead to mappings.
        value: a word that needs no quotes in YAML.
        shown: name of the file.

    Raises:
        EnvironmentFileError: where the file cannot be changed in one place without changing anything else.
    """
    before = parse_marked_yaml(text, shown).data
    root = yaml.compose(text, Loader=yaml.CSafeLoader)
    newline = "\r\n" if "\r\n" in text else "\n"
    after = _set(text, root, path, value, newline) if isinstance(root, yaml.MappingNode) else None
    if after is None and not before:
        after = text + _ended(text, newline) + _block(path, value, 0, newline)
    if after is None or parse_marked_yaml(after, shown).data != _with(before, path, value):
        message = "cannot be set without touching other lines"
        raise EnvironmentFileError(
            [Finding(Location(shown), "edit.refused", dotted(path), message, f"write `{value}` there by hand")]
        )
    return after


def _set(text: str, node: yaml.MappingNode, path: Keys, value: str, newline: str) -> str | None:
    found = next((item for key, item in node.value if key.value == path[0]), None)
    if found is None:
        return _add(text, node, path, value, newline)
    if len(path) > 1:
        return _set(text, found, path[1:], value, newline) if isinstance(found, yaml.MappingNode) else None
    if not isinstance(found, yaml.ScalarNode) or found.style in ("|", ">"):
        return None
    quote = found.style or ""
    return text[: _start(found)] + quote + value + quote + text[_end(found) :]


def _add(text: str, node: yaml.MappingNode, path: Keys, value: str, newline: str) -> str | None:
    """Put a new key first where the mapping is a list of lines, and behind the bracket where it is in brackets."""
    if node.flow_style:
        at = _start(node) + 1
        rest = ", " if node.value else ""
        return text[:at] + _flow(path, value) + rest + text[at:]
    first = node.value[0][0]
    column = first.start_mark.column
    if column == 0:
        return text + _ended(text, newline) + _block(path, value, 0, newline)
    at = _start(first) - column
    return text[:at] + _block(path, value, column, newline) + text[at:]


def _ended(text: str, newline: str) -> str:
    return "" if not text or text.endswith("\n") else newline


def _block(path: Keys, value: str, column: int, newline: str) -> str:
    """Lines of a new key; from the second level on in brackets, so that the change stays short."""
    indent = " " * column
    if len(path) == 1:
        return f"{indent}{path[0]}: {value}{newline}"
    if column == 0:
        return f"{path[0]}:{newline}{_block(path[1:], value, 2, newline)}"
    return f"{indent}{path[0]}: {{{_flow(path[1:], value)}}}{newline}"


def _flow(path: Keys, value: str) -> str:
    return f"{path[0]}: {value}" if len(path) == 1 else f"{path[0]}: {{{_flow(path[1:], value)}}}"


def _with(data: Mapping[str, Any], path: Keys, value: str) -> dict[str, Any]:
    inner = data.get(path[0])
    rest = value if len(path) == 1 else _with(inner if isinstance(inner, Mapping) else {}, path[1:], value)
    return {**data, path[0]: rest}


def _start(node: yaml.Node) -> int:
    assert node.start_mark is not None  # libyaml marks everything it reads
    return int(node.start_mark.index)


def _end(node: yaml.Node) -> int:
    assert node.end_mark is not None
    return int(node.end_mark.index)
