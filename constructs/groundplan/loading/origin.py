"""The document a system was specified in, as the head of its requirements describes it.

Only the head is read: the items below are long, and nothing but the requirements themselves needs them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from groundplan.errors import Finding
from groundplan.layout import ENVIRONMENTS
from groundplan.yaml.marked import MarkedYaml, locate, parse_marked_yaml

FILE = "requirements.yaml"
CHAPTER = "document"
_ITEMS = re.compile(r"^requirements:", re.MULTILINE)


def origin_file(root: Path, system: str) -> Path:
    """The file whose head describes the document, whether there is one or not."""
    return root / ENVIRONMENTS / system / FILE


def read_origin(file: Path, shown: str) -> MarkedYaml:
    """The chapter `document` of the head of `file`; nothing where it has none, or cannot be read as text.

    Raises:
        EnvironmentFileError: where the head is no YAML.
    """
    try:
        text = file.read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        return MarkedYaml()  # whoever reads the requirements says what is wrong with the file
    items = _ITEMS.search(text)
    head = parse_marked_yaml(text[: items.start()] if items is not None else text, shown)
    if CHAPTER not in head.data:
        return MarkedYaml()
    return MarkedYaml(
        {CHAPTER: head.data[CHAPTER]}, {path: at for path, at in head.marks.items() if path[0] == CHAPTER}
    )


def misplaced_document(part: MarkedYaml, shown: str, system: str) -> Iterator[Finding]:
    """A description of the document among what people decide."""
    if CHAPTER in part.data:
        message = "is prose about the specification, and stands at the head of the requirements"
        where = locate(part.marks, (CHAPTER,), shown)
        advice = f"move it into {ENVIRONMENTS}/{system}/{FILE}, before `requirements:`"
        yield Finding(where, "misplaced-document", CHAPTER, message, advice)
