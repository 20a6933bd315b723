"""Which one environment a verb means, and how a verb changes a file that people also edit."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from groundplan.errors import UsageError
from groundplan.loading.selection import select


def one_environment(root: Path, wanted: str) -> tuple[str, str]:
    """System and environment that `system/environment` names.

    Raises:
        UsageError: where it names none, or several.
    """
    pairs = select(root, [wanted])
    if len(pairs) != 1 or "/" not in wanted.strip("/"):
        raise UsageError(f"`{wanted}` is not one environment", "write it as system/environment")
    return pairs[0]


def replace_file(path: Path, text: str) -> None:
    """Write beside the file, then rename: a killed run leaves the old file or the new one, never half of one."""
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(text.encode())
        Path(name).chmod(path.stat().st_mode & 0o7777 if path.exists() else 0o644)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
