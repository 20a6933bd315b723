"""YAML with a memory: plain values, and the file, line and column of every one of them.

Scalars follow YAML 1.2's core schema, so `on`, `no` and `08` are the strings they look like. What makes a
configuration file hard to trust is refused: anchors, tags, duplicate keys, several documents, binary.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from groundplan.errors import EnvironmentFileError, Finding, Location

YamlPath = tuple[str | int, ...]

MAX_BYTES = 1_000_000
MAX_DEPTH = 40

_INT = re.compile(r"^[-+]?[0-9]+$")
_FLOAT = re.compile(r"^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$")
_WORDS = {"": None, "~": None, "null": None, "true": True, "false": False}


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
    try:
        _refuse_anchors(text, shown)
        root = yaml.compose(text, Loader=yaml.CSafeLoader)
    except yaml.YAMLError as error:
        raise _fail(
            _location_of(error, shown), "yaml.syntax", _reason(error), "check indentation, colons and quotes"
        ) from None
    if root is None:
        return MarkedYaml()
    if not isinstance(root, yaml.MappingNode):
        raise _fail(_at(root, shown), "yaml.syntax", "is not a mapping", "begin with `key: value` lines")
    reader = _Reader(shown)
    data = reader.mapping(root, ())
    if reader.findings:
        raise EnvironmentFileError(reader.findings)
    return MarkedYaml(data, reader.marks)


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
        if len(path) > MAX_DEPTH:
            self._problem(node, path[:3], f"is nested deeper than {MAX_DEPTH} levels", "flatten it")
            return None
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
            return int(text)
        if _FLOAT.match(text) and not _INT.match(text):
            return float(text)
        return text

    def _problem(self, node: yaml.Node, path: YamlPath, message: str, advice: str) -> None:
        self.findings.append(Finding(_at(node, self.shown), "yaml.shape", dotted(path), message, advice))


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
        for old in [old for old in marks if old[: len(here)] == here]:
            del marks[old]
        if value is None:
            result.pop(key, None)
            continue
        result[key] = _without_nulls(value)
        marks.update({mark: at for mark, at in overlay_marks.items() if mark[: len(here)] == here})
    return result


def _without_nulls(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _without_nulls(item) for key, item in value.items() if item is not None}
    return value


def locate(marks: Mapping[YamlPath, Location], path: YamlPath, fallback: str) -> Location:
    """The mark of `path` or of its nearest ancestor; the whole file `fallback` when there is none."""
    for length in range(len(path), 0, -1):
        if path[:length] in marks:
            return marks[path[:length]]
    return Location(fallback)


def dotted(path: YamlPath) -> str:
    """`("a", "b", 0)` as people write it: `a.b[0]`."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else (f".{part}" if text else part)
    return text


def _read_text(path: Path, shown: str) -> str:
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        raise _fail(
            Location(shown), "file.missing", "does not exist", "create it, or take it off the command line"
        ) from None
    except OSError as error:
        raise _fail(
            Location(shown), "file.unreadable", f"cannot be read ({error.strerror})", "check its permissions"
        ) from None
    if len(raw) > MAX_BYTES:
        raise _fail(Location(shown), "file.size", f"has {len(raw)} bytes", f"keep it under {MAX_BYTES}")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        column = error.start - (raw.rfind(b"\n", 0, error.start) + 1) + 1
        byte = raw[error.start]
        raise _fail(
            Location(shown, line, column), "file.encoding", f"byte 0x{byte:02x} is not UTF-8", "save the file as UTF-8"
        ) from None


def _refuse_anchors(text: str, shown: str) -> None:
    """Anchors are how a small file becomes a huge one, and how a reader loses the thread; tags build objects."""
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        anchor, tag = getattr(event, "anchor", None), getattr(event, "tag", None)
        if anchor:
            what = f"uses the anchor or alias `{anchor}`"
            raise _fail(_at(event, shown), "yaml.anchor", what, "write the value out; overlays share what is common")
        if tag:
            raise _fail(_at(event, shown), "yaml.tag", f"uses the tag `{tag}`", "write plain values")


def _at(node: yaml.Node | yaml.Event, shown: str) -> Location:
    assert node.start_mark is not None  # libyaml marks everything it reads
    return Location(shown, node.start_mark.line + 1, node.start_mark.column + 1)


def _location_of(error: yaml.YAMLError, shown: str) -> Location:
    mark = getattr(error, "problem_mark", None)
    if mark is not None:
        return Location(shown, mark.line + 1, mark.column + 1)
    return Location(shown)


def _reason(error: yaml.YAMLError) -> str:
    reason = getattr(error, "problem", None) or getattr(error, "reason", None) or "cannot be parsed"
    return f"is not YAML: {reason}"


def _fail(location: Location, rule: str, message: str, advice: str) -> EnvironmentFileError:
    return EnvironmentFileError([Finding(location, rule, "", message, advice)])
