"""How verbs speak: one line per finding for people, the same fields as JSON for machines."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from groundplan.errors import Finding, Severity

if TYPE_CHECKING:
    from rich.console import Console

_STYLES = {Severity.ERROR: "bold red", Severity.WARNING: "yellow", Severity.NOT_JUDGED: "magenta"}


def console(*, errors: bool = False) -> Console:
    """A console that colours on a terminal only, and never wraps: a finding is one line."""
    from rich.console import Console  # loaded only by a run that has something to show with it

    return Console(stderr=errors, soft_wrap=True, highlight=False)


def print_findings(findings: Iterable[Finding]) -> None:
    """One line each on standard error: `error: <where>: <subject>: <what is wrong>; <what to write instead>`."""
    from rich.text import Text

    out = console(errors=True)
    for finding in findings:
        line = Text(f"{finding.severity}: ", style=_STYLES[finding.severity])
        line.append(str(finding), style="default")
        out.print(line)
    sys.stderr.flush()


def tell(findings: Sequence[Finding], form: str) -> None:
    """What is wrong with what people wrote, in the form that was asked for: `json`, `github`, `sarif`, else a line each."""
    if form == "json":
        print(json.dumps({"ok": False, "findings": [finding_as_json(finding) for finding in findings]}))
    elif form == "sarif":
        from groundplan.cli.sarif import as_sarif

        print(json.dumps(as_sarif(findings), indent=2))
    elif form == "github":
        from groundplan.cli.annotations import github_lines

        for line in github_lines(findings):
            print(line)
    else:
        print_findings(findings)


def in_short(value: Any, length: int) -> str:
    """A value on one line, cut after `length` characters."""
    text = json.dumps(plain(value))
    return text if len(text) <= length else f"{text[: length - 3]}..."


def plain(value: Any) -> Any:
    """A value of the model as JSON has it: chapters with what was written in them."""
    return json.loads(json.dumps(value, default=_as_written))


def _as_written(value: Any) -> Any:
    return (
        value.model_dump(mode="json", by_alias=True, exclude_unset=True) if hasattr(value, "model_dump") else str(value)
    )


def finding_as_json(finding: Finding) -> dict[str, Any]:
    """The fields of a finding as plain JSON values."""
    return {
        "file": finding.location.file,
        "line": finding.location.line,
        "column": finding.location.column,
        "rule": finding.rule,
        "severity": str(finding.severity),
        "subject": finding.subject,
        "message": finding.message,
        "advice": finding.advice,
    }
