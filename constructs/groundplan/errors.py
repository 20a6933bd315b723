"""Findings and errors: where something is wrong, what is wrong, and what to write instead."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum


class Severity(StrEnum):
    """How much a finding matters."""

    ERROR = "error"
    """Invalid: nothing is written, the exit code is 1."""

    WARNING = "warning"
    """Suspicious but valid: printed, never changes the exit code."""

    NOT_JUDGED = "not-judged"
    """A gate had no means to judge: printed, and fatal with `--strict`."""


@dataclass(frozen=True, order=True, slots=True)
class Location:
    """A place in a file; line and column start at 1, and 0 means the whole file."""

    file: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        parts = [self.file]
        if self.line:
            parts.append(str(self.line))
            if self.column:
                parts.append(str(self.column))
        return ":".join(parts)


@dataclass(frozen=True, order=True, slots=True)
class Finding:
    """One problem, in the form every verb prints: `<where>: <subject>: <what is wrong>; <what to write instead>`."""

    location: Location
    rule: str = field(compare=False)
    """Stable kebab-case name of the rule, e.g. `unknown-key` or `references.secret`."""

    subject: str
    """What it is about: a YAML path (`services.web.port`) or an object and field (`Deployment web: spec.replicas`)."""

    message: str
    """What is wrong, with the value; lower case, no final full stop."""

    advice: str = ""
    """What to write instead; empty where nothing general can be said."""

    severity: Severity = field(default=Severity.ERROR, compare=False)

    def __str__(self) -> str:
        text = ": ".join(part for part in (str(self.location), self.subject, self.message) if part)
        return f"{text}; {self.advice}" if self.advice else text


class GroundplanError(Exception):
    """Base of everything this package raises on purpose; carries its findings."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings: tuple[Finding, ...] = tuple(sorted(set(findings)))
        super().__init__("\n".join(str(finding) for finding in self.findings))


class EnvironmentFileError(GroundplanError):
    """The person's file under `environments/` is wrong."""


class ManifestError(GroundplanError):
    """A rendered object is wrong: two on one path, a value YAML cannot carry, an impossible name."""


class UsageError(GroundplanError):
    """The command line asks for something that does not exist."""

    def __init__(self, message: str, advice: str = "") -> None:
        super().__init__([Finding(Location("command line"), "usage", "", message, advice)])


class ConstructError(GroundplanError):
    """A construct was given values that cannot be rendered; the subject is the construct's path."""

    def __init__(self, path: str, message: str, advice: str = "") -> None:
        super().__init__([Finding(Location(path), "construct", "", message, advice)])
