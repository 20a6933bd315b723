"""A line of a file, as editors and compilers name it: `path/to/file.yaml:12`."""

from __future__ import annotations

from pathlib import Path

from groundplan.errors import UsageError


def file_and_line(root: Path, written: str) -> tuple[str, int | None]:
    """Path relative to the repository, and the line where one is named; a column behind it is read over.

    Raises:
        UsageError: where the file lies outside the repository, or the line is no number.
    """
    name, _, rest = written.partition(":")
    line = rest.partition(":")[0]
    if line and not line.isdecimal():
        raise UsageError(f"`{line}` is no line", "write FILE:LINE")
    path = Path(name) if Path(name).is_absolute() else _nearest(root, name)
    absolute = path.resolve()
    if not absolute.is_relative_to(root):
        raise UsageError(f"{name} lies outside {root}", "name a file of this repository")
    return absolute.relative_to(root).as_posix(), int(line) if line else None


def _nearest(root: Path, name: str) -> Path:
    """From where somebody stands in the repository, or from its top."""
    here = Path.cwd() / name
    return here if here.exists() and here.resolve().is_relative_to(root) else root / name
