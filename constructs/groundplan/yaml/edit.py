"""Changing one value of a YAML file as a person would: everything else keeps its bytes, comments included."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import yaml

from groundplan.errors import EnvironmentFileError, Finding, Location
from groundplan.yaml.marked import YamlPath, dotted, parse_marked_yaml, with_value, without

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
    newline = _newline(text)
    after = _set(text, root, path, value, newline) if isinstance(root, yaml.MappingNode) else None
    if after is None and not before:
        after = text + _ended(text, newline) + _block(path, value, 0, newline)
    if after is None or parse_marked_yaml(after, shown).data != _with(before, path, value):
        message = "cannot be set without touching other lines"
        raise EnvironmentFileError(
            [Finding(Location(shown), "edit.refused", dotted(path), message, f"write `{value}` there by hand")]
        )
    return after


def add_entry(text: str, chapter: str, entry: str, shown: str) -> str:
    """`text` with an entry more at the end of a chapter, which is begun where there is none.

    Args:
        text: content of the file, called `shown` in messages.
        chapter: key at the top that leads to a mapping.
        entry: block of YAML with the new key at its left edge, comments included.
        shown: name of the file.

    Raises:
        EnvironmentFileError: where the file cannot be changed there without changing anything else.
    """
    newline = _newline(text)
    root: Any = yaml.compose(text, Loader=yaml.CSafeLoader)
    found = next((value for key, value in _entries(root) if key.value == chapter), None) if root is not None else None
    block = "".join(f"  {line}{newline}" if line else newline for line in entry.splitlines())
    if found is None:
        gap = newline if text.strip() else ""
        after = f"{text}{_ended(text, newline)}{gap}{chapter}:{newline}{block}"
    elif not _is_mapping(found) or found.flow_style or not found.value:
        raise _refused(
            (chapter,), shown, "is written in one line", "write its entries below one another, and run it again"
        )
    else:
        lines = text.splitlines(keepends=True)
        last = _last_line(found.value[-1][1]) + 1
        column = found.value[0][0].start_mark.column
        inner = "".join(f"{' ' * column}{line}{newline}" if line else newline for line in entry.splitlines())
        head = "".join(lines[:last])
        after = f"{head}{_ended(head, newline)}{inner}{''.join(lines[last:])}"
    new = parse_marked_yaml(entry, shown).data
    return _proven(text, after, (chapter,), shown, lambda data: {**data, chapter: {**data.get(chapter, {}), **new}})


def replace_at(text: str, path: YamlPath, value: str, shown: str) -> str:
    """`text` with the word `value` in place of the scalar at `path`, in its quotes where it has any.

    Raises:
        EnvironmentFileError: where the file cannot be changed there without changing anything else.
    """
    node = _node(text, path)
    if not isinstance(node, yaml.ScalarNode) or node.style in ("|", ">"):
        raise _refused(path, shown, "is no plain value", f"write `{value}` there by hand")
    quote = node.style or ""
    after = text[: _start(node)] + quote + value + quote + text[_end(node) :]
    return _proven(text, after, path, shown, lambda data: with_value(data, path, value))


def rename_key(text: str, path: YamlPath, name: str, shown: str) -> str:
    """`text` with the key at the end of `path` called `name`.

    Raises:
        EnvironmentFileError: where the file cannot be changed there without changing anything else.
    """
    parent = _node(text, path[:-1])
    key = next((key for key, _ in parent.value if key.value == path[-1]), None) if _is_mapping(parent) else None
    if key is None:
        raise _refused(path, shown, "is no key", f"write `{name}` there by hand")
    quote = key.style or ""
    after = text[: _start(key)] + quote + name + quote + text[_end(key) :]
    return _proven(text, after, path, shown, lambda data: _renamed(data, path, name))


def remove_at(text: str, path: YamlPath, shown: str) -> str:
    """`text` without the key or the element at `path`, and without a mapping or list that holds nothing else.

    Comments that stand right above go with it, all others stay.

    Raises:
        EnvironmentFileError: where the file cannot be changed there without changing anything else.
    """
    parent = _node(text, path[:-1])
    if len(path) > 1 and len(parent.value) == 1:
        return remove_at(text, path[:-1], shown)
    entries = [(key, value) if _is_mapping(parent) else (value, value) for key, value in _entries(parent)]
    index = next(
        (at for at, (key, _) in enumerate(entries) if (key.value if _is_mapping(parent) else at) == path[-1]), None
    )
    if index is None:
        raise _refused(path, shown, "is not there", "look at the file")
    if parent.flow_style:
        first, last = _start(entries[index][0]), _end(entries[index][1])
        if index + 1 < len(entries):
            last = _start(entries[index + 1][0])
        elif index:
            first = _end(entries[index - 1][1])
        after = text[:first] + text[last:]
    else:
        lines = text.splitlines(keepends=True)
        first_line, end_line = _line(entries[index][0]), _last_line(entries[index][1]) + 1
        indent = len(lines[first_line]) - len(lines[first_line].lstrip())
        while first_line and lines[first_line - 1].startswith(" " * indent + "#"):
            first_line -= 1
        after = "".join([*lines[:first_line], *lines[end_line:]])
        if len(entries) == 1:
            after += f"{_ended(after, _newline(text))}{{}}{_newline(text)}"
    return _proven(text, after, path, shown, lambda data: without(data, path))


def _proven(text: str, after: str, path: YamlPath, shown: str, expected: Callable[[Any], Any]) -> str:
    """`after`, which must say exactly what is expected of what `text` says."""
    if parse_marked_yaml(after, shown).data != expected(parse_marked_yaml(text, shown).data):
        raise _refused(path, shown, "cannot be changed without touching other lines", "change it by hand")
    return after


def _refused(path: YamlPath, shown: str, message: str, advice: str) -> EnvironmentFileError:
    return EnvironmentFileError([Finding(Location(shown), "edit.refused", dotted(path), message, advice)])


def _node(text: str, path: YamlPath) -> Any:
    node: Any = yaml.compose(text, Loader=yaml.CSafeLoader)
    for key in path:
        entries = _entries(node)
        node = next(
            value for at, (name, value) in enumerate(entries) if (name.value if _is_mapping(node) else at) == key
        )
    return node


def _entries(node: Any) -> list[tuple[Any, Any]]:
    return list(node.value) if _is_mapping(node) else [(item, item) for item in node.value]


def _is_mapping(node: Any) -> bool:
    return isinstance(node, yaml.MappingNode)


def _line(node: yaml.Node) -> int:
    assert node.start_mark is not None
    return int(node.start_mark.line)


def _last_line(node: Any) -> int:
    """Line of the last thing that belongs to it; the end of a block is where the next thing begins."""
    if isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
        return _last_line(_entries(node)[-1][1])
    end = int(node.end_mark.line)
    return end - 1 if getattr(node, "style", None) in ("|", ">") and node.end_mark.column == 0 else end


def _renamed(data: Any, path: YamlPath, name: str) -> Any:
    if len(path) > 1:
        return with_value(data, path[:1], _renamed(data[path[0]], path[1:], name))
    return {name if key == path[0] else key: item for key, item in data.items()}


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


def _newline(text: str) -> str:
    return "\r\n" if "\r\n" in text else "\n"


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
