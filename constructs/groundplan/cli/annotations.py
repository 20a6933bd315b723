"""Findings as workflow commands, which GitHub shows beside the line they are about.

See https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands .
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from groundplan.errors import Finding, Severity

_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOT_JUDGED: "notice"}


def github_lines(findings: Iterable[Finding]) -> Iterator[str]:
    """One `::error file=...,line=...::message` for each finding."""
    for finding in findings:
        location = finding.location
        properties = {"file": location.file, "line": location.line, "col": location.column, "title": finding.rule}
        shown = ",".join(f"{key}={_property(str(value))}" for key, value in properties.items() if value)
        text = ": ".join(part for part in (finding.subject, finding.message) if part)
        advice = f"; {finding.advice}" if finding.advice else ""
        yield f"::{_LEVELS[finding.severity]} {shown}::{_data(text + advice)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
