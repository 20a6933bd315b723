"""Markdown in small pieces: headings, tables, lists, code and diagrams."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def document(title: str, *blocks: str) -> str:
    """A page: its title, then the blocks that are not empty, a blank line between each."""
    return "\n\n".join([f"# {title}", *(block.strip("\n") for block in blocks if block.strip())]) + "\n"


def section(title: str, *blocks: str, level: int = 2) -> str:
    """A heading and what stands under it; nothing where nothing does."""
    filled = [block.strip("\n") for block in blocks if block.strip()]
    return "\n\n".join([f"{'#' * level} {title}", *filled]) if filled else ""


def table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A table; nothing where it has no rows."""
    lines = ["| " + " | ".join(_cell(cell) for cell in row) + " |" for row in rows]
    if not lines:
        return ""
    return "\n".join(["| " + " | ".join(header) + " |", "|" + " --- |" * len(header), *lines])


def bullets(items: Iterable[str]) -> str:
    """An unordered list."""
    return "\n".join(f"- {item}" for item in items)


def numbered(items: Iterable[str]) -> str:
    """An ordered list."""
    return "\n".join(f"{index}. {item}" for index, item in enumerate(items, 1))


def checklist(items: Iterable[str]) -> str:
    """A list of boxes to tick."""
    return "\n".join(f"- [ ] {item}" for item in items)


def code(text: str, language: str) -> str:
    """Text to copy, in the language a reader may colour it by."""
    return f"```{language}\n{text}\n```"


def shell(*lines: str) -> str:
    """Commands to copy."""
    return code("\n".join(lines), "sh")


def mermaid(*lines: str) -> str:
    """A diagram in the notation GitHub and GitLab draw. See https://mermaid.js.org/ ."""
    return "```mermaid\n" + "\n".join(lines) + "\n```"


def link(text: str, target: str) -> str:
    """A link."""
    return f"[{text}]({target})"


def _cell(value: object) -> str:
    """One line, no column mark, and `<name>` outside of code as text: readers take it for a tag and show nothing."""
    pieces = str(value).replace("|", "\\|").replace("\n", " ").split("`")
    return "`".join(piece if index % 2 else piece.replace("<", "&lt;") for index, piece in enumerate(pieces))
