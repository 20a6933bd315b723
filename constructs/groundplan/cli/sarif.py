"""Findings as SARIF 2.1.0, the form code scanning reads.

See https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html .
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from groundplan import __version__
from groundplan.errors import Finding, Severity

_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOT_JUDGED: "note"}


def as_sarif(findings: Sequence[Finding]) -> dict[str, Any]:
    """One run of one tool; every rule that fired is listed once and referred to by its index."""
    rules = sorted({finding.rule for finding in findings})
    return {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {"name": "groundplan", "version": __version__, "rules": [{"id": rule} for rule in rules]}
                },
                "columnKind": "unicodeCodePoints",
                "results": [_result(finding, rules.index(finding.rule)) for finding in findings],
            }
        ],
    }


def _result(finding: Finding, index: int) -> dict[str, Any]:
    text = ": ".join(part for part in (finding.subject, finding.message) if part)
    return {
        "ruleId": finding.rule,
        "ruleIndex": index,
        "level": _LEVELS[finding.severity],
        "message": {"text": f"{text}; {finding.advice}" if finding.advice else text},
        "locations": [{"physicalLocation": _place(finding)}],
    }


def _place(finding: Finding) -> dict[str, Any]:
    location = finding.location
    place: dict[str, Any] = {"artifactLocation": {"uri": location.file.replace(" ", "%20")}}
    if location.line:
        place["region"] = {"startLine": location.line, **({"startColumn": location.column} if location.column else {})}
    return place
