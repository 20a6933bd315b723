"""`schemas.lock`: which upstream schemas the repository holds its custom resources to, by commit and digest.

The digest is that of the files and not of the archive, because hosts compress the same commit differently from year
to year. Where the lock has none, the first pull writes the one it finds: trust on first use, to be reviewed like any
other change.
"""

from __future__ import annotations

import re
from pathlib import Path

from pydantic import Field, ValidationError

from groundplan.errors import EnvironmentFileError, Finding
from groundplan.model.values import Model, Name
from groundplan.yaml.marked import dotted, locate, read_marked_yaml

LOCK = "schemas.lock"


class Source(Model):
    """One archive of one commit."""

    url: str = Field(pattern=r"^(https|file)://")
    """Archive to fetch, a gzipped tar with one folder at its top; `{commit}` in it stands for the commit."""

    commit: str = Field(pattern=r"^[0-9a-f]{40}$")
    """Commit that the archive is of."""

    definitions: str | None = None
    """Folder of CustomResourceDefinitions in YAML. Default none: the archive is laid out `<group>/<kind>_<version>.json`."""

    sha256: str | None = Field(default=None, pattern=r"^[0-9a-f]{64}$")
    """Digest over the files taken: `sha256sum <files, sorted> | sha256sum`. Default none yet: the next pull writes it."""

    @property
    def address(self) -> str:
        """Where the archive is."""
        return self.url.replace("{commit}", self.commit)


class Lock(Model):
    """The file: a source by name; a later one replaces kinds of an earlier one."""

    sources: dict[Name, Source] = Field(min_length=1)
    """Archives by name, the general ones first."""


def read_lock(root: Path) -> Lock:
    """The lock of the repository.

    Raises:
        EnvironmentFileError: where it is missing or wrong.
    """
    marked = read_marked_yaml(root / LOCK, LOCK)
    try:
        return Lock.model_validate(marked.data)
    except ValidationError as error:
        raise EnvironmentFileError(
            Finding(locate(marked.marks, tuple(item["loc"]), LOCK), "lock", dotted(tuple(item["loc"])), item["msg"])
            for item in error.errors()
        ) from None


def write_digest(root: Path, name: str, sha256: str) -> None:
    """Add the digest of one source, and touch nothing else in the file."""
    path = root / LOCK
    text = path.read_text("utf-8")
    commit = read_lock(root).sources[name].commit
    start = re.search(rf"^  {re.escape(name)}:[ \t]*(#.*)?$", text, re.MULTILINE)
    line = re.compile(rf"^    commit: [\"']?{commit}[\"']?[ \t]*\n", re.MULTILINE).search(
        text, start.end() if start else 0
    )
    if line is None:
        raise EnvironmentFileError(
            [Finding(locate({}, (), LOCK), "lock", name, "is not written one key to a line, so the digest has no place",
                     f"write it so, or add `sha256: {sha256}` yourself")]
        )  # fmt: skip
    path.write_text(f"{text[: line.end()]}    sha256: {sha256}\n{text[line.end() :]}", "utf-8")
