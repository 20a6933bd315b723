"""The command line: exit codes, one line per problem, no traceback unless asked for."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from groundplan.cli import main as main_module
from groundplan.cli.main import VERBS, find_root, main

VALID = Path(__file__).resolve().parent.parent / "loading" / "valid"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    shutil.copytree(VALID, tmp_path / "environments")
    return tmp_path


def replace_verb(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    def run(*_: Any) -> int:
        raise error

    module = SimpleNamespace(configure=lambda parser: None, run=run)
    monkeypatch.setattr(main_module.importlib, "import_module", lambda name: module)


def test_without_a_verb_it_prints_the_help(capsys: pytest.CaptureFixture[str]) -> None:
    code = main([])

    printed = capsys.readouterr().out
    assert code == 2
    assert [verb for verb in VERBS if verb not in printed] == []


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_explains_itself(verb: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([verb, "--help"])

    assert ended.value.code == 0
    assert VERBS[verb].help.replace("\n", " ")[:40] in " ".join(capsys.readouterr().out.split())


def test_an_unknown_verb_ends_with_two(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["sinth"])

    assert ended.value.code == 2
    assert "sinth" in capsys.readouterr().err


def test_a_folder_named_like_a_verb_does_not_confuse_it(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(root.parent)
    shutil.move(root, root.parent / "check")

    assert main(["--root", "check", "synth", "--workers", "1"]) == 0


def test_an_unknown_environment_is_one_line(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["--root", str(root), "synth", "shop/prodction"])

    assert code == 1
    assert capsys.readouterr().err == (
        "error: command line: there is no system or environment `shop/prodction`; did you mean `shop/production`?\n"
    )


def test_a_folder_without_environments_is_left_as_it_was(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "dist").mkdir()
    (tmp_path / "dist" / "precious").write_text("x")

    code = main(["--root", str(tmp_path), "synth"])

    assert code == 1
    assert "run inside the repository, or pass --root" in capsys.readouterr().err
    assert [path.name for path in tmp_path.rglob("*")] == ["dist", "precious"]


def test_nobody_to_work_is_a_usage_error(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--root", str(root), "synth", "--workers", "0"]) == 1
    assert capsys.readouterr().err == "error: command line: --workers 0 leaves nobody to work; write 1 or more\n"


def test_findings_come_as_json_when_asked_for(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (root / "environments/shop/production.yaml").write_text("titel: x\n")

    code = main(["--root", str(root), "synth", "--output", "json"])

    printed = json.loads(capsys.readouterr().out)
    assert code == 1
    assert printed["ok"] is False
    [finding] = printed["findings"]
    assert (finding["file"], finding["line"], finding["column"]) == ("environments/shop/production.yaml", 1, 1)
    assert finding["rule"] == "extra-forbidden"
    assert finding["advice"] == "did you mean `title`?"


@pytest.mark.parametrize("verb", ["synth", "check", "make"])
def test_findings_come_as_notes_beside_lines_when_asked_for(
    verb: str, root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (root / "environments/shop/production.yaml").write_text("titel: x\n")

    code = main(["--root", str(root), verb, "--output", "github"])

    assert code == 1
    assert capsys.readouterr().out == (
        "::error file=environments/shop/production.yaml,line=1,col=1,title=extra-forbidden::"
        "titel: is not a key here; did you mean `title`?\n"
    )


@pytest.mark.parametrize("verb", ["synth", "check"])
def test_findings_come_as_sarif_when_asked_for(verb: str, root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (root / "environments/shop/production.yaml").write_text("titel: x\n")

    code = main(["--root", str(root), verb, "--output", "sarif"])

    [run] = json.loads(capsys.readouterr().out)["runs"]
    [result] = run["results"]
    assert code == 1
    assert result["ruleId"] == "extra-forbidden"
    assert result["locations"][0]["physicalLocation"] == {
        "artifactLocation": {"uri": "environments/shop/production.yaml"},
        "region": {"startLine": 1, "startColumn": 1},
    }


def test_a_run_that_finds_nothing_is_sarif_too(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--root", str(root), "synth", "--output", "sarif", "--workers", "1"]) == 0

    assert json.loads(capsys.readouterr().out)["runs"][0]["results"] == []


def test_a_summary_comes_as_json_when_asked_for(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["--root", str(root), "synth", "--output", "json", "--workers", "1"])

    printed = json.loads(capsys.readouterr().out)
    assert code == 0
    assert printed["ok"] is True
    assert printed["environments"] == ["shop/production"]
    assert "dist/shop/production/web/shop/Deployment-web.yaml" in printed["added"]


def test_an_interrupt_ends_with_130(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    replace_verb(monkeypatch, KeyboardInterrupt())

    assert main(["synth"]) == 130
    assert capsys.readouterr().err == "interrupted; every generated tree is whole\n"


def test_a_full_disk_is_one_line(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    replace_verb(monkeypatch, OSError(28, "No space left on device", "dist/x"))

    assert main(["synth"]) == 1
    assert capsys.readouterr().err == (
        "error: dist/x: no space left on device; make room or grant access, then run again\n"
    )


def test_a_mistake_of_ours_is_one_line(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    error = KeyError("cpu")
    error.add_note("(while rendering shop/production)")
    replace_verb(monkeypatch, error)

    assert main(["synth"]) == 1
    assert capsys.readouterr().err == (
        "error: groundplan: KeyError: 'cpu' (while rendering shop/production); this is a mistake in the program: "
        "run again with --debug before the verb, and report what it prints\n"
    )


def test_debug_shows_the_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    replace_verb(monkeypatch, KeyError("cpu"))

    with pytest.raises(KeyError):
        main(["--debug", "synth"])


def test_the_root_is_found_from_a_folder_below(root: Path) -> None:
    below = root / "environments" / "shop"

    assert find_root(below) == root
