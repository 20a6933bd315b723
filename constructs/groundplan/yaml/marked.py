"""YAML with a memory: plain values, and the file, line and column of every one of them.

Scalars follow YAML 1.2's core schema, so `on`, `no` and `08` are the strings they look like. What makes a
configuration file hard to trust is refused: anchors, tags, duplicate keys, several documents, binary.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from groundplan.errors import EnvironmentFileError, Finding, Location

YamlPath = tuple[str | int, ...]

MAX_BYTES = 10_000_000
MAX_DEPTH = 40

_UNREADABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_INT = re.compile(r"^[-+]?[0-9]+$")
_FLOAT = re.compile(r"^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$")
_WORDS = {"": None, "~": None, "null": None, "true": True, "false": False}


class WrittenInteger(int):
    """A whole number that remembers its spelling: `+5` as a configuration value stays `+5`."""

    text: str

    def __str__(self) -> str:
        return self.text


class WrittenNumber(float):
    """A number that remembers its spelling: version `1.10` as a configuration value stays `1.10`."""

    text: str

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class MarkedYaml:
    """One mapping and where each of its values stands; keys have the mark of the key, items of the item."""

    data: dict[str, Any] = field(default_factory=dict)
    marks: dict[YamlPath, Location] = field(default_factory=dict)


def read_marked_yaml(path: Path, shown: str) -> MarkedYaml:
    """Read the file at `path`, called `shown` in every message.

    Raises:
        EnvironmentFileError: with every problem found in the file.
    """
    return parse_marked_yaml(_read_text(path, shown), shown)


def parse_marked_yaml(text: str, shown: str) -> MarkedYaml:
    """`read_marked_yaml` for text that is already at hand."""
    if not text.strip():
        raise _fail(Location(shown, 1, 1), "yaml.empty", "is empty", "write its keys, or `{}` where nothing differs")
    _refuse_control_characters(text, shown)
    try:
        _refuse_riddles(text, shown)
        root = yaml.compose(text, Loader=yaml.CSafeLoader)
    except yaml.YAMLError as error:
        raise _syntax_error(error, text, shown) from None
    if root is None:
        return MarkedYaml()
    return _read_root(root, shown)


def _read_root(root: yaml.Node, shown: str) -> MarkedYaml:
    if not isinstance(root, yaml.MappingNode):
        raise _fail(_at(root, shown), "yaml.syntax", "is not a mapping", "begin with `key: value` lines")
    reader = _Reader(shown)
    data = reader.mapping(root, ())
    if reader.findings:
        raise EnvironmentFileError(reader.findings)
    return MarkedYaml(data, reader.marks)


def read_marked_documents(path: Path, shown: str) -> list[MarkedYaml]:
    """Every document of the file at `path`, each a mapping; documents that hold nothing are left out.

    Raises:
        EnvironmentFileError: with every problem found in the file.
    """
    text = _read_text(path, shown)
    _refuse_control_characters(text, shown)
    try:
        _refuse_riddles(text, shown, several=True)
        roots = list(yaml.compose_all(text, Loader=yaml.CSafeLoader))
    except yaml.YAMLError as error:
        raise _syntax_error(error, text, shown) from None
    return [_read_root(root, shown) for root in roots if not _is_empty(root)]


def _is_empty(root: yaml.Node | None) -> bool:
    return root is None or (isinstance(root, yaml.ScalarNode) and not root.value and not root.style)


class _Reader:
    def __init__(self, shown: str) -> None:
        self.shown = shown
        self.marks: dict[YamlPath, Location] = {}
        self.findings: list[Finding] = []

    def mapping(self, node: yaml.MappingNode, path: YamlPath) -> dict[str, Any]:
        result: dict[str, Any] = {}
        for key_node, value_node in node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                self._problem(key_node, path, "has a key that is not a word", "write keys as plain words")
                continue
            key = str(key_node.value)
            here = (*path, key)
            if key in result:
                first = self.marks[here]
                self._problem(key_node, here, f"stands twice, first in line {first.line}", "keep one of the two")
                continue
            self.marks[here] = _at(key_node, self.shown)
            result[key] = self.value(value_node, here)
        return result

    def value(self, node: yaml.Node, path: YamlPath) -> Any:
        if isinstance(node, yaml.MappingNode):
            return self.mapping(node, path)
        if isinstance(node, yaml.SequenceNode):
            items = []
            for index, item in enumerate(node.value):
                self.marks[(*path, index)] = _at(item, self.shown)
                items.append(self.value(item, (*path, index)))
            return items
        assert isinstance(node, yaml.ScalarNode)
        return self._scalar(node)

    @staticmethod
    def _scalar(node: yaml.ScalarNode) -> Any:
        text = str(node.value)
        if node.style:  # quoted or block: text whatever it looks like
            return text
        if text.lower() in _WORDS and text in (text.lower(), text.capitalize(), text.upper()):
            return _WORDS[text.lower()]
        if _INT.match(text) and (text.lstrip("+-") == "0" or not text.lstrip("+-").startswith("0")) and len(text) <= 18:
            return _integer(text)
        if _FLOAT.match(text) and not _INT.match(text):
            return _number(text)
        return text

    def _problem(self, node: yaml.Node, path: YamlPath, message: str, advice: str) -> None:
        self.findings.append(Finding(_at(node, self.shown), "yaml.shape", dotted(path), message, advice))


def _integer(text: str) -> int:
    plain = int(text)
    if str(plain) == text:
        return plain
    written = WrittenInteger(plain)
    written.text = text
    return written


def _number(text: str) -> float | str:
    written = WrittenNumber(text)
    written.text = text
    return written if math.isfinite(written) else text


def merge(base: MarkedYaml, overlay: MarkedYaml) -> MarkedYaml:
    """`overlay` on `base`: mappings merge, scalars and lists replace, null removes. Marks follow the values."""
    marks = dict(base.marks)
    data = _merge(base.data, overlay.data, (), marks, overlay.marks)
    return MarkedYaml(data, marks)


def _merge(
    base: Mapping[str, Any],
    overlay: Mapping[str, Any],
    path: YamlPath,
    marks: dict[YamlPath, Location],
    overlay_marks: Mapping[YamlPath, Location],
) -> dict[str, Any]:
    result = dict(base)
    for key, value in overlay.items():
        here = (*path, key)
        if isinstance(value, Mapping) and isinstance(base.get(key), Mapping):
            result[key] = _merge(base[key], value, here, marks, overlay_marks)
            continue
        if key in base:
            for old in _paths(base[key], here):
                marks.pop(old, None)
        if value is None:
            result.pop(key, None)
            continue
        result[key] = _without_nulls(value)
        marks.update({mark: overlay_marks[mark] for mark in _paths(value, here) if mark in overlay_marks})
    return result


def _paths(value: Any, path: YamlPath) -> Iterator[YamlPath]:
    """`path` and the path of everything below it."""
    yield path
    items: Any = value.items() if isinstance(value, Mapping) else enumerate(value) if isinstance(value, list) else ()
    for step, item in items:
        yield from _paths(item, (*path, step))


def _without_nulls(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _without_nulls(item) for key, item in value.items() if item is not None}
    return value


def locate(marks: Mapping[YamlPath, Location], path: YamlPath, fallback: str) -> Location:
    """The mark of `path` or of its nearest ancestor; the beginning of the file `fallback` when there is none."""
    for length in range(len(path), 0, -1):
        if path[:length] in marks:
            return marks[path[:length]]
    return Location(fallback, 1, 1)


def dotted(path: YamlPath) -> str:
    """`("a", "b", 0)` as people write it: `a.b[0]`."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else (f".{part}" if text else part)
    return text


def _read_text(path: Path, shown: str) -> str:
    whole = Location(shown)
    try:
        size = path.stat().st_size
        if not path.is_file():
            raise _fail(whole, "file.unreadable", "is not a file", "put a YAML file in its place")
        if size > MAX_BYTES:
            raise _fail(whole, "file.size", f"has {size} bytes", f"keep it under {MAX_BYTES}")
        raw = path.read_bytes()
    except FileNotFoundError:
        raise _fail(whole, "file.missing", "does not exist", "create it") from None
    except OSError as error:
        raise _fail(whole, "file.unreadable", f"cannot be read ({error.strerror})", "check its permissions") from None
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        column = error.start - (raw.rfind(b"\n", 0, error.start) + 1) + 1
        what = f"byte 0x{raw[error.start]:02x} is not UTF-8"
        raise _fail(Location(shown, line, column), "file.encoding", what, "save the file as UTF-8") from None


def _refuse_control_characters(text: str, shown: str) -> None:
    found = _UNREADABLE.search(text)
    if found is not None:
        what = f"holds the control character U+{ord(found[0]):04X}"
        raise _fail(_place(text, found.start(), shown), "yaml.syntax", what, "delete it")


def _refuse_riddles(text: str, shown: str, *, several: bool = False) -> None:
    """Refuse what makes a small file huge or a reader lose the thread.

    Anchors multiply, tags build objects, a second document would be ignored, and nesting without end exhausts the
    stack of whoever builds the tree, which is why it is counted here, on the flat stream of events.
    """
    depth = documents = 0
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        anchor, tag = getattr(event, "anchor", None), getattr(event, "tag", None)
        if anchor:
            what = f"uses the anchor or alias `{anchor}`"
            raise _fail(_at(event, shown), "yaml.anchor", what, "write the value out; overlays share what is common")
        if tag:
            raise _fail(_at(event, shown), "yaml.tag", f"uses the tag `{tag}`", "write plain values")
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > MAX_DEPTH:
                raise _fail(_at(event, shown), "yaml.depth", f"is nested deeper than {MAX_DEPTH} levels", "flatten it")
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        elif isinstance(event, yaml.DocumentStartEvent):
            documents += 1
            if documents > 1 and not several:
                raise _fail(
                    _at(event, shown), "yaml.documents", "a second document begins", "keep one document per file"
                )


def _at(node: yaml.Node | yaml.Event, shown: str) -> Location:
    assert node.start_mark is not None  # libyaml marks everything it reads
    return Location(shown, node.start_mark.line + 1, node.start_mark.column + 1)


def _place(text: str, offset: int, shown: str) -> Location:
    return Location(shown, text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset))


def _syntax_error(error: yaml.YAMLError, text: str, shown: str) -> EnvironmentFileError:
    mark = getattr(error, "problem_mark", None)
    if mark is None:
        return _fail(Location(shown), "yaml.syntax", "is not YAML", "check indentation, colons and quotes")
    here = Location(shown, mark.line + 1, mark.column + 1)
    lines = text.split("\n")
    if mark.line < len(lines) and "\t" in lines[mark.line][: mark.column + 1]:
        return _fail(here, "yaml.syntax", "holds a tab where YAML wants spaces", "indent with spaces")
    reason = getattr(error, "problem", None) or "cannot be parsed"
    return _fail(here, "yaml.syntax", f"is not YAML: {reason}", "check indentation, colons and quotes")


def _fail(location: Location, rule: str, message: str, advice: str) -> EnvironmentFileError:
    return EnvironmentFileError([Finding(location, rule, "", message, advice)])
