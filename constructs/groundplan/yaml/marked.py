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
from groundplan.yaml.source_text import read_text, refusal, refuse_control_characters

YamlPath = tuple[str | int, ...]

MAX_DEPTH = 40

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
    return parse_marked_yaml(read_text(path, shown), shown)


def parse_marked_yaml(text: str, shown: str) -> MarkedYaml:
    """`read_marked_yaml` for text that is already at hand."""
    if not text.strip():
        raise refusal(Location(shown, 1, 1), "yaml.empty", "is empty", "write its keys, or `{}` where nothing differs")
    refuse_control_characters(text, shown)
    roots = _compose(text, shown, several=False)
    return _whole(roots[0], shown) if roots else MarkedYaml()


def read_marked_documents(path: Path, shown: str) -> list[MarkedYaml]:
    """Every document of the file at `path`, each a mapping; documents that hold nothing are left out.

    Raises:
        EnvironmentFileError: with every problem found in the file.
    """
    text = read_text(path, shown)
    refuse_control_characters(text, shown)
    return [_whole(root, shown) for root in _compose(text, shown, several=True) if not root.is_empty]


@dataclass(frozen=True, slots=True)
class _Root:
    """One document as it was read."""

    event: yaml.Event
    """What it begins with."""

    data: Any
    marks: dict[YamlPath, Location]
    findings: list[Finding]

    @property
    def is_empty(self) -> bool:
        return isinstance(self.event, yaml.ScalarEvent) and not self.event.value and not self.event.style


def _whole(root: _Root, shown: str) -> MarkedYaml:
    if not isinstance(root.event, yaml.MappingStartEvent):
        raise refusal(_at(root.event, shown), "yaml.syntax", "is not a mapping", "begin with `key: value` lines")
    if root.findings:
        raise EnvironmentFileError(root.findings)
    return MarkedYaml(root.data, root.marks)


def _compose(text: str, shown: str, *, several: bool) -> list[_Root]:
    """Every document of `text`, read in one pass; what is wrong with its YAML is said before what is wrong with its shape."""
    try:
        events = _without_riddles(text, shown, several=several)
        return [_root(next(events), events, shown) for event in events if isinstance(event, yaml.DocumentStartEvent)]
    except yaml.YAMLError as error:
        raise _syntax_error(error, text, shown) from None


def _root(first: yaml.Event, events: Iterator[yaml.Event], shown: str) -> _Root:
    reader = _Reader(shown, events)
    return _Root(first, reader.value(first, ()), reader.marks, reader.findings)


class _Reader:
    """Builds values from events; depth is bounded before an event arrives here."""

    def __init__(self, shown: str, events: Iterator[yaml.Event]) -> None:
        self.shown = shown
        self.events = events
        self.marks: dict[YamlPath, Location] = {}
        self.findings: list[Finding] = []

    def value(self, event: yaml.Event, path: YamlPath) -> Any:
        """The value that begins with `event`, and marks for everything in it."""
        if isinstance(event, yaml.ScalarEvent):
            return self._scalar(event)
        return self._mapping(path) if isinstance(event, yaml.MappingStartEvent) else self._sequence(path)

    def _mapping(self, path: YamlPath) -> dict[str, Any]:
        result: dict[str, Any] = {}
        for event in self.events:
            if isinstance(event, yaml.MappingEndEvent):
                break
            if not isinstance(event, yaml.ScalarEvent):
                self._skip(event)
                self._skip(next(self.events))
                self._problem(event, path, "has a key that is not a word", "write keys as plain words")
                continue
            key = event.value
            here = (*path, key)
            if key in result:
                self._skip(next(self.events))
                first = self.marks[here]
                self._problem(event, here, f"stands twice, first in line {first.line}", "keep one of the two")
                continue
            self.marks[here] = _at(event, self.shown)
            result[key] = self.value(next(self.events), here)
        return result

    def _sequence(self, path: YamlPath) -> list[Any]:
        items: list[Any] = []
        for event in self.events:
            if isinstance(event, yaml.SequenceEndEvent):
                break
            here = (*path, len(items))
            self.marks[here] = _at(event, self.shown)
            items.append(self.value(event, here))
        return items

    def _skip(self, event: yaml.Event) -> None:
        """Pass over the value that begins with `event`."""
        _Reader(self.shown, self.events).value(event, ())

    @staticmethod
    def _scalar(event: yaml.ScalarEvent) -> Any:
        text = str(event.value)
        if event.style:  # quoted or block: text whatever it looks like
            return text
        if text.lower() in _WORDS and text in (text.lower(), text.capitalize(), text.upper()):
            return _WORDS[text.lower()]
        if _INT.match(text) and (text.lstrip("+-") == "0" or not text.lstrip("+-").startswith("0")) and len(text) <= 18:
            return _integer(text)
        if _FLOAT.match(text) and not _INT.match(text):
            return _number(text)
        return text

    def _problem(self, event: yaml.Event, path: YamlPath, message: str, advice: str) -> None:
        self.findings.append(Finding(_at(event, self.shown), "yaml.shape", dotted(path), message, advice))


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


def locate(marks: Mapping[YamlPath, Location], path: YamlPath, fallback: str) -> Location:
    """The mark of `path` or of its nearest ancestor; the beginning of the file `fallback` when there is none."""
    for length in range(len(path), 0, -1):
        if path[:length] in marks:
            return marks[path[:length]]
    return Location(fallback, 1, 1)


def value_at(data: Any, path: YamlPath) -> Any:
    """What stands at the end of `path`, which leads somewhere."""
    for key in path:
        data = data[key]
    return data


def with_value(data: Any, path: YamlPath, value: Any) -> Any:
    """`data` with `value` at the end of `path`, whose last key may be new in a mapping; what is not on the way is shared."""
    key, rest = path[0], path[1:]
    new = with_value(data[key], rest, value) if rest else value
    if isinstance(data, list):
        return [new if at == key else item for at, item in enumerate(data)]
    return {**data, key: new}


def without(data: Any, path: YamlPath) -> Any:
    """`data` without what stands at the end of `path`."""
    if len(path) > 1:
        return with_value(data, path[:1], without(data[path[0]], path[1:]))
    if isinstance(data, list):
        return [item for at, item in enumerate(data) if at != path[0]]
    return {key: item for key, item in data.items() if key != path[0]}


def dotted(path: YamlPath) -> str:
    """`("a", "b", 0)` as people write it: `a.b[0]`."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else (f".{part}" if text else part)
    return text


def _without_riddles(text: str, shown: str, *, several: bool) -> Iterator[yaml.Event]:
    """The events of `text`; what makes a small file huge or a reader lose the thread is refused.

    Anchors multiply, tags build objects, a second document would be ignored, and nesting without end exhausts the
    stack of whoever builds the tree, which is why it is counted here, on the flat stream of events.
    """
    depth = documents = 0
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        anchor, tag = getattr(event, "anchor", None), getattr(event, "tag", None)
        if anchor:
            what = f"uses the anchor or alias `{anchor}`"
            raise refusal(_at(event, shown), "yaml.anchor", what, "write the value out; overlays share what is common")
        if tag:
            raise refusal(_at(event, shown), "yaml.tag", f"uses the tag `{tag}`", "write plain values")
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > MAX_DEPTH:
                raise refusal(
                    _at(event, shown), "yaml.depth", f"is nested deeper than {MAX_DEPTH} levels", "flatten it"
                )
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        elif isinstance(event, yaml.DocumentStartEvent):
            documents += 1
            if documents > 1 and not several:
                raise refusal(
                    _at(event, shown), "yaml.documents", "a second document begins", "keep one document per file"
                )
        yield event


def _at(event: yaml.Event, shown: str) -> Location:
    assert event.start_mark is not None  # libyaml marks everything it reads
    return Location(shown, event.start_mark.line + 1, event.start_mark.column + 1)


def _syntax_error(error: yaml.YAMLError, text: str, shown: str) -> EnvironmentFileError:
    mark = getattr(error, "problem_mark", None)
    if mark is None:
        return refusal(Location(shown), "yaml.syntax", "is not YAML", "check indentation, colons and quotes")
    here = Location(shown, mark.line + 1, mark.column + 1)
    lines = text.split("\n")
    if mark.line < len(lines) and "\t" in lines[mark.line][: mark.column + 1]:
        return refusal(here, "yaml.syntax", "holds a tab where YAML wants spaces", "indent with spaces")
    reason = getattr(error, "problem", None) or "cannot be parsed"
    return refusal(here, "yaml.syntax", f"is not YAML: {reason}", "check indentation, colons and quotes")
