"""The runner: every gate runs, none passes by crashing, miscounting or having nothing to judge."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from trees import a_context, an_environment, an_object, inventory, put

from groundplan.checks import GATES, Gate, runner
from groundplan.checks.gate import NotJudged, Verdict
from groundplan.errors import Finding, Location, ManifestError, Severity, UsageError


def finding(severity: Severity = Severity.ERROR, file: str = "dist/store/prod/web/a.yaml") -> Finding:
    return Finding(Location(file), "test", "", "is wrong", severity=severity)


class _Gates:
    """Stands in for a gate's module."""

    def __init__(self, answer: Any) -> None:
        self.answer = answer

    def run(self, inventory: Any, context: Any) -> Verdict:
        if isinstance(self.answer, Exception):
            raise self.answer
        assert isinstance(self.answer, Verdict)
        return self.answer


@pytest.fixture
def judge(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Runs one gate that answers what the test wants over a tree of one object."""
    put(tmp_path, an_object("ConfigMap", "a"))

    def run(answer: Any) -> Any:
        monkeypatch.setattr("groundplan.checks.gate.importlib.import_module", lambda name: _Gates(answer))
        gates = [Gate("one", "nowhere", "a gate")]
        (result,) = runner.run_gates(gates, inventory(tmp_path), a_context(tmp_path), workers=1)
        return result

    return run


def test_a_gate_that_judged_everything_is_open(judge: Any) -> None:
    result = judge(Verdict(1))

    assert (result.failed(strict=True), result.judged) == (False, 1)


@pytest.mark.parametrize("verdict", [Verdict(0), Verdict(2), Verdict(1, (), (NotJudged("why", 1),))])
def test_a_gate_that_miscounts_is_closed(judge: Any, verdict: Verdict) -> None:
    result = judge(verdict)

    assert [item.rule for item in result.findings] == ["gate.miscount"]
    assert result.failed(strict=False)


def test_what_was_not_judged_counts_and_closes_the_strict_run(judge: Any) -> None:
    result = judge(Verdict(0, (finding(Severity.NOT_JUDGED),), (NotJudged("why", 1),)))

    assert (result.failed(strict=False), result.failed(strict=True)) == (False, True)


def test_a_warning_closes_nothing(judge: Any) -> None:
    assert not judge(Verdict(1, (finding(Severity.WARNING),))).failed(strict=True)


def test_a_gate_that_crashes_is_closed_and_says_so(judge: Any) -> None:
    result = judge(ZeroDivisionError("by zero"))

    assert str(result.findings[0]) == "gate one: ZeroDivisionError: by zero; report it; nothing was judged"


def test_errors_on_purpose_are_findings(judge: Any) -> None:
    assert judge(ManifestError([finding()])).findings == (finding(),)


def test_gates_run_in_processes_of_their_own(tmp_path: Path) -> None:
    put(tmp_path, an_object("ConfigMap", "a"))
    chosen = [gate for gate in GATES if gate.name in ("inventory", "names")]

    results = runner.run_gates(chosen, inventory(tmp_path), a_context(tmp_path), workers=2)

    assert [(result.name, result.judged) for result in results] == [("inventory", 1), ("names", 1)]


def test_every_gate_has_a_name_of_its_own_and_a_module() -> None:
    import importlib

    names = [gate.name for gate in GATES]

    assert len(set(names)) == len(names)
    assert all(callable(importlib.import_module(gate.module).run) for gate in GATES)


@pytest.fixture
def repository_of_two(tmp_path: Path) -> Path:
    """A repository with two environments, one of them rendered."""
    folder = tmp_path / "environments" / "store"
    folder.mkdir(parents=True)
    data = an_environment(namespaces={"shop": {}}).model_dump(mode="json", exclude_defaults=True)
    data.pop("environment")
    (folder / "system.yaml").write_text(yaml.safe_dump(data))
    for name in ("prod", "test"):
        (folder / f"{name}.yaml").write_text("stage: production\n")
    put(tmp_path, an_object("ConfigMap", "a"))
    return tmp_path


def test_an_empty_tree_is_an_error(repository_of_two: Path) -> None:
    import shutil

    shutil.rmtree(repository_of_two / "dist")

    report = runner.check(repository_of_two, gates=["inventory"], workers=1)

    assert [item.message for item in report.findings] == ["holds no object to judge"]
    assert report.failed(strict=False)


def test_an_environment_that_was_not_rendered_is_an_error(repository_of_two: Path) -> None:
    report = runner.check(repository_of_two, gates=["inventory"], workers=1)

    assert [item.location.file for item in report.findings] == ["dist/store/test"]


def test_a_selection_shows_its_own_findings_only(repository_of_two: Path) -> None:
    put(repository_of_two, an_object("ConfigMap", "A"), scope="store/test")

    def files(*wanted: str) -> list[str]:
        report = runner.check(repository_of_two, wanted, gates=["names"], workers=1)
        return [item.location.file for item in report.findings]

    assert files("store/prod") == []
    assert files("store/test") == files() == ["dist/store/test/web/shop/ConfigMap-A.yaml"]


def test_an_unknown_gate_is_named(repository_of_two: Path) -> None:
    with pytest.raises(UsageError, match=r"there is no gate `name`; did you mean `names`\?"):
        runner.check(repository_of_two, gates=["name"])


@pytest.mark.parametrize(
    ("file", "shown"),
    [
        ("environments/shop/requirements.yaml", True),
        ("environments/shop/exemptions.yaml", True),
        ("docs/systems/shop/compliance.md", True),
        ("environments/shop/live.yaml", True),
        ("dist/shop/live/web/Service-web.yaml", True),
        ("environments/shop/other.yaml", False),
        ("environments/bank/requirements.yaml", False),
        ("dist/bank/live/web/Service-web.yaml", False),
        ("environments/defaults.yaml", True),
    ],
)
def test_a_selection_shows_what_its_system_shares(file: str, *, shown: bool) -> None:
    finding = Finding(Location(file), "rule", "", "is wrong")

    found = runner._concerning([finding], ["shop/live"], {"shop/live", "shop/other", "bank/live"})

    assert bool(found) is shown
