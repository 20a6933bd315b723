"""YAML as text: bytes that PyYAML, Go and JavaScript read back as the same values.

General writers emit for the version of YAML they know: `1e3`, `08` or `0o17` come out plain and become numbers in the
cluster. This one writes the small part of YAML that manifests need, and quotes whatever any reader could take for
something other than text. It also costs a tenth of theirs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from groundplan.errors import Finding, Location, ManifestError

MAX_EXACT_INTEGER = 2**53
"""Integers above this are rounded by every JSON reader that uses doubles, the API server's clients among them."""

MAX_KEY = 1000
"""Longest key, escapes included; readers stop looking for the colon after 1,024 characters."""

_INVISIBLE = "\x7f-\xa0\xad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb\ufffe\uffff"
_ESCAPED = re.compile(f'["\\\\\x00-\x1f{_INVISIBLE}]')
_HIDDEN = re.compile(f"[\x00-\x08\x0b-\x1f{_INVISIBLE}]")
"""What a reviewer could not see, or a reader could take for a line's end; written as an escape."""

_IMPOSSIBLE = re.compile("[\x00\ud800-\udfff]")
_BLOCK = re.compile(r"\A\S(?!.*[ \t](?:\n|\Z)).*\n", re.DOTALL)
_NOT_PLAIN = re.compile(r"^[,\[\]{}#&*!|>'\"%@`\s]|^[-?:](?:\s|$)|^---|^\.\.\.|:(?:\s|$)|\s#|\s$")
_MISREAD = re.compile(
    r"""
      ~ | = | << | y | n | yes | no | on | off | true | false | null | [-+]?\.?(?:inf|nan)  # words
    | [-+]?(?:[0-9][0-9_]*)?(?:\.[0-9_]*)?(?:e[-+]?[0-9_]+)?  # decimals; JavaScript needs no digit: `.` and `e1` are NaN
    | [-+]?0[box]?[0-9a-f_]+  # other bases
    | [-+]?[0-9][0-9_]*(?::[0-9]+)+(?:\.[0-9_]*)?  # base sixty
    | [0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[t\ ].*)?  # dates
    """,
    re.VERBOSE | re.IGNORECASE,
)


class UnwritableError(ValueError):
    """A value of the document has no faithful text; `unwritable` says which."""


def to_yaml(document: Mapping[str, Any], header: str = "") -> str:
    """The canonical text of one document, keys in the order given, every value written out.

    Args:
        document: a mapping of JSON values; `unwritable` says what it must not hold.
        header: comment lines above it, each already starting with `#` and ending in a newline.

    Raises:
        UnwritableError: for any other value; `manifest_text` names it.
    """
    out = [header]
    if document:
        _write_mapping(document, "", out, started=False)
    else:
        out.append("{}\n")
    return "".join(out)


def manifest_text(document: Mapping[str, Any], header: str, *, where: str, subject: str) -> str:
    """`to_yaml`, with ManifestError for a document that cannot be written faithfully.

    Args:
        document: the Kubernetes object.
        header: comment lines above it.
        where: path of the file, for the message.
        subject: what the object is called in the message.
    """
    try:
        return to_yaml(document, header)
    except UnwritableError:
        refuse_unwritable(document, where, subject)
        raise


def _write_mapping(mapping: Mapping[str, Any], indent: str, out: list[str], *, started: bool) -> None:
    """`started`: the first line already holds the dash of the sequence this mapping is an item of."""
    for key, value in mapping.items():
        if not isinstance(key, str) or len(name := _inline(key)) > MAX_KEY:
            raise UnwritableError
        out.append(f"{'' if started else indent}{name}:")
        started = False
        if isinstance(value, dict) and value:
            out.append("\n")
            _write_mapping(value, f"{indent}  ", out, started=False)
        elif isinstance(value, list | tuple) and value:
            out.append("\n")
            _write_sequence(value, indent, out, started=False)
        else:
            out.append(_leaf(value, indent))


def _write_sequence(sequence: list[Any] | tuple[Any, ...], indent: str, out: list[str], *, started: bool) -> None:
    for value in sequence:
        out.append("-" if started else f"{indent}-")
        started = False
        if isinstance(value, dict) and value:
            out.append(" ")
            _write_mapping(value, f"{indent}  ", out, started=True)
        elif isinstance(value, list | tuple) and value:
            out.append(" ")
            _write_sequence(value, f"{indent}  ", out, started=True)
        else:
            out.append(_leaf(value, indent))


def _leaf(value: Any, indent: str) -> str:
    """What follows a colon or a dash to the end of the value's last line."""
    if isinstance(value, str):
        return _block(value, f"{indent}  ") if "\n" in value else f" {_inline(value)}\n"
    if value is True or value is False:
        return " true\n" if value else " false\n"
    if isinstance(value, int) and abs(value) <= MAX_EXACT_INTEGER:
        return f" {int(value)}\n"
    if isinstance(value, float) and value - value == 0:
        return f" {_decimal(value)}\n"
    if isinstance(value, dict | list | tuple):  # empty, or it would have been written in lines
        return " {}\n" if isinstance(value, dict) else " []\n"
    raise UnwritableError


def _decimal(value: float) -> str:
    """Always with a point: readers of YAML 1.1 take `1e+16` for text."""
    text = repr(float(value))
    return text if "." in text else text.replace("e", ".0e")


@lru_cache(maxsize=8192)
def _inline(text: str) -> str:
    """Text within a line: plain where no reader can misread it, else in quotes."""
    if _IMPOSSIBLE.search(text):
        raise UnwritableError
    if _HIDDEN.search(text) or "\n" in text or "\t" in text:
        return f'"{_ESCAPED.sub(_escape, text)}"'
    if not text or _NOT_PLAIN.search(text) or _MISREAD.fullmatch(text):
        return "'" + text.replace("'", "''") + "'"
    return text


def _escape(match: re.Match[str]) -> str:
    character = match[0]
    short = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}.get(character)
    if short is not None:
        return short
    return f"\\x{ord(character):02x}" if ord(character) < 256 else f"\\u{ord(character):04x}"


def _block(text: str, indent: str) -> str:
    """Scripts, queries and dashboards are read by people: several lines become a literal block.

    Not where blanks at a line's end or the text's beginning would be invisible, or stripped by an editor.
    """
    if _HIDDEN.search(text) or not _BLOCK.match(text):
        return f" {_inline(text)}\n"
    if _IMPOSSIBLE.search(text):
        raise UnwritableError
    body = text.rstrip("\n")
    ends = len(text) - len(body)
    lines = "\n".join(f"{indent}{line}" if line else "" for line in body.split("\n"))
    return f" |{'' if ends == 1 else '+' if ends else '-'}\n{lines}\n" + "\n" * (ends - 1)


def unwritable(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Yield (field, reason) for every value that would be lost or changed between here and the cluster."""
    if isinstance(value, dict):
        for key, item in value.items():
            if not isinstance(key, str):
                yield path, f"key {key!r} is not a string"
            elif _IMPOSSIBLE.search(key):
                yield path, f"key {key!r} holds a character that no reader accepts"
            elif len(_inline(key)) > MAX_KEY:
                yield path, f"key {key[:20]}… takes more than {MAX_KEY} characters"
            else:
                yield from unwritable(item, f"{path}.{key}" if path else key)
    elif isinstance(value, list | tuple):
        for index, item in enumerate(value):
            yield from unwritable(item, f"{path}[{index}]")
    elif isinstance(value, str):
        if _IMPOSSIBLE.search(value):
            yield path, "holds a character that no reader accepts"
    elif not isinstance(value, bool):
        reason = _reason(value)
        if reason is not None:
            yield path, reason


def _reason(value: Any) -> str | None:
    """Why a scalar that is neither text nor truth value cannot be written; None where it can."""
    if value is None:
        return "null is dropped on the way to the cluster"
    if isinstance(value, int):
        return f"{value} is above 2^53 and would be rounded" if abs(value) > MAX_EXACT_INTEGER else None
    if isinstance(value, float):
        return None if value - value == 0 else f"{value} is not a JSON number"
    return f"a {type(value).__name__} is not a JSON value"


def refuse_unwritable(document: Mapping[str, Any], where: str, subject: str) -> None:
    """Raise ManifestError where `document` holds a value that cannot be written faithfully."""
    findings = [
        Finding(Location(where), "yaml.unwritable", f"{subject}: {field}", reason, "write a plain JSON value")
        for field, reason in unwritable(document)
    ]
    if findings:
        raise ManifestError(findings)
