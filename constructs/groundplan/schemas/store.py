"""Recorded facts on disk: `schemas/<group>/<version>/<Kind>.fields`, one file for each kind, sealed.

A file opens with where it comes from, then has an empty line and the fields in the notation. The first digest is that
of the schema that was recorded, the second that of all lines but its own, so that an edit by hand does not pass.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from groundplan.errors import Finding, GroundplanError, Location
from groundplan.schemas.notation import NotationError, Schema, read

FOLDER = PurePosixPath("schemas")
"""Where the facts lie in the repository."""

SUFFIX = ".fields"

RECORD = "run `groundplan schemas record` where the schemas of its operator are at hand"
"""What to do about missing, stale or edited facts."""

Kind = tuple[str, str, str]
"""API group, version and kind."""


class FactsError(GroundplanError):
    """A file of facts is not what the verb wrote."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What is recorded of one kind."""

    kind: Kind
    """Which kind it is."""

    source: str
    """Digest of the schema it was recorded from, `sha256:<hex>`."""

    fields: str
    """The lines of the notation."""

    scope: str = ""
    """`Namespaced` or `Cluster`. Default empty: the source did not say."""

    plural: str = ""
    """Name of the resource in URLs and roles, e.g. `certificates`. Default empty: the source did not say."""

    @property
    def text(self) -> str:
        """The file."""
        group, version, kind = self.kind
        header = [f"# {group}/{version} {kind}, written by `groundplan schemas record`", f"source: {self.source}"]
        header += [f"scope: {self.scope}"] if self.scope else []
        header += [f"plural: {self.plural}"] if self.plural else []
        return "\n".join([*header, f"seal: {_seal(header, self.fields)}", "", self.fields])

    def schema(self) -> Schema:
        """The fields as JSON Schema, closed to fields that the kind does not have.

        Raises:
            FactsError: where the lines are not in the notation.
        """
        try:
            return read(self.fields)
        except NotationError as error:
            line = self.text.count("\n") - self.fields.count("\n") + error.line
            raise _error(facts_path(self.kind), str(error), line) from None


def facts_path(kind: Kind) -> PurePosixPath:
    """File of a kind's facts, relative to the repository."""
    return FOLDER / kind[0] / kind[1] / f"{kind[2]}{SUFFIX}"


def recorded_kinds(root: Path) -> tuple[Kind, ...]:
    """Every kind that has a file, sorted."""
    files = (root / FOLDER).glob(f"*/*/*{SUFFIX}")
    return tuple(sorted((file.parts[-3], file.parts[-2], file.stem) for file in files))


def load_facts(root: Path, kind: Kind) -> Facts | None:
    """What is recorded of a kind; None where nothing is.

    Raises:
        FactsError: where the file is not as the verb wrote it.
    """
    path = facts_path(kind)
    try:
        text = (root / path).read_text("utf-8")
    except FileNotFoundError:
        return None
    header, _, fields = text.partition("\n\n")
    values = dict(line.partition(": ")[::2] for line in header.splitlines()[1:])
    facts = Facts(kind, values.get("source", ""), fields, values.get("scope", ""), values.get("plural", ""))
    if facts.text != text:
        raise _error(path, "was not written by `groundplan schemas record`, or edited since")
    return facts


def _seal(header: list[str], fields: str) -> str:
    return hashlib.sha256("\n".join([*header, fields]).encode()).hexdigest()[:16]


def _error(path: PurePosixPath, message: str, line: int = 0) -> FactsError:
    return FactsError([Finding(Location(str(path), line), "schema.facts", "", message, RECORD)])
