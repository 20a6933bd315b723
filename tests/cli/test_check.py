"""`groundplan check`: what it prints, in every form, and what it returns."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from groundplan.checks.gate import GateResult, NotJudged
from groundplan.checks.runner import Report
from groundplan.cli import check
from groundplan.cli.annotations import github_lines
from groundplan.cli.main import main
from groundplan.cli.sarif import as_sarif
from groundplan.errors import Finding, Location, Severity

ERROR = Finding(
    Location("dist/a.yaml", 3, 5), "names.port", "Service a: spec.ports[0]", "`0` is not a port", "write one"
)
UNJUDGED = Finding(Location("dist/b.yaml"), "schema", "Widget b", "no schema", severity=Severity.NOT_JUDGED)


def report(*findings: Finding, unjudged: int = 0) -> Report:
    reasons = (NotJudged("no schema", unjudged),) if unjudged else ()
    return Report((GateResult("names", 2 - unjudged, findings, reasons, 0.1),), 2, 0, ("store/prod",))


def run(monkeypatch: pytest.MonkeyPatch, answer: Report, *arguments: str) -> int:
    monkeypatch.setattr(check, "check", lambda *args, **kwargs: answer)
    return main(["--root", str(Path.cwd()), "check", *arguments])


@pytest.mark.parametrize(
    ("answer", "arguments", "code"),
    [
        (report(), (), 0),
        (report(ERROR), (), 1),
        (report(UNJUDGED, unjudged=1), (), 0),
        (report(UNJUDGED, unjudged=1), ("--strict",), 1),
    ],
)
def test_the_exit_code_says_whether_a_gate_is_closed(
    monkeypatch: pytest.MonkeyPatch, answer: Report, arguments: tuple[str, ...], code: int
) -> None:
    assert run(monkeypatch, answer, *arguments) == code


def test_people_read_one_line_for_each_finding_and_a_table(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    run(monkeypatch, report(ERROR))

    printed = capsys.readouterr()
    assert printed.err == "error: dist/a.yaml:3:5: Service a: spec.ports[0]: `0` is not a port; write one\n"
    assert "names" in printed.out
    assert "failed" in printed.out


def test_machines_read_json(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    run(monkeypatch, report(ERROR, UNJUDGED, unjudged=1), "--output", "json")

    data = json.loads(capsys.readouterr().out)
    assert (data["ok"], data["objects"], len(data["findings"])) == (False, 2, 2)
    assert data["gates"][0]["not_judged"] == [{"reason": "no schema", "count": 1}]


def test_github_shows_findings_beside_their_line() -> None:
    odd = Finding(Location("dist/a,b.yaml"), "r", "", "50%\nof it", severity=Severity.WARNING)

    assert list(github_lines([ERROR, odd])) == [
        "::error file=dist/a.yaml,line=3,col=5,title=names.port::"
        "Service a: spec.ports[0]: `0` is not a port; write one",
        "::warning file=dist/a%2Cb.yaml,title=r::50%25%0Aof it",
    ]


def test_github_gets_nothing_but_the_table_where_all_is_well(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    run(monkeypatch, report(), "--output", "github")

    assert "::" not in capsys.readouterr().out


def test_code_scanning_reads_sarif() -> None:
    document = as_sarif([ERROR, UNJUDGED])

    (scan,) = document["runs"]
    assert document["version"] == "2.1.0"
    assert [rule["id"] for rule in scan["tool"]["driver"]["rules"]] == ["names.port", "schema"]
    assert scan["results"][0] == {
        "ruleId": "names.port",
        "ruleIndex": 0,
        "level": "error",
        "message": {"text": "Service a: spec.ports[0]: `0` is not a port; write one"},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": "dist/a.yaml"},
                    "region": {"startLine": 3, "startColumn": 5},
                }
            }
        ],
    }
    assert "region" not in scan["results"][1]["locations"][0]["physicalLocation"]
