"""The text of a file as a person saved it: read whole, in UTF-8, without characters that nobody sees."""

from __future__ import annotations

import re
from pathlib import Path

from groundplan.errors import EnvironmentFileError, Finding, Location

MAX_BYTES = 10_000_000
"""Most a file may have: what is larger was not written by a person."""

_UNREADABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")


def read_text(path: Path, shown: str) -> str:
    """The text of the file at `path`, called `shown` in every message.

    Raises:
        EnvironmentFileError: where it is not there, not a file, too large, or not UTF-8.
    """
    whole = Location(shown)
    try:
        size = path.stat().st_size
        if not path.is_file():
            raise refusal(whole, "file.unreadable", "is not a file", "put a YAML file in its place")
        if size > MAX_BYTES:
            raise refusal(whole, "file.size", f"has {size} bytes", f"keep it under {MAX_BYTES}")
        raw = path.read_bytes()
    except FileNotFoundError:
        raise refusal(whole, "file.missing", "does not exist", "create it") from None
    except OSError as error:
        raise refusal(whole, "file.unreadable", f"cannot be read ({error.strerror})", "check its permissions") from None
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        column = error.start - (raw.rfind(b"\n", 0, error.start) + 1) + 1
        what = f"byte 0x{raw[error.start]:02x} is not UTF-8"
        raise refusal(Location(shown, line, column), "file.encoding", what, "save the file as UTF-8") from None


def refuse_control_characters(text: str, shown: str) -> None:
    """Stop at the first character that an editor does not show.

    Raises:
        EnvironmentFileError: with its place.
    """
    found = _UNREADABLE.search(text)
    if found is not None:
        what = f"holds the control character U+{ord(found[0]):04X}"
        raise refusal(place_of(text, found.start(), shown), "yaml.syntax", what, "delete it")


def place_of(text: str, offset: int, shown: str) -> Location:
    """Line and column of the character at `offset`."""
    return Location(shown, text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset))


def refusal(location: Location, rule: str, message: str, advice: str) -> EnvironmentFileError:
    """The one problem for which a file is not read further; `raise refusal(...)`."""
    return EnvironmentFileError([Finding(location, rule, "", message, advice)])
