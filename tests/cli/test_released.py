"""`groundplan released`: an App's change passes where it changes versions of its own environment, and nothing else."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from groundplan.cli.main import main
from groundplan.cli.versions import system_of
from groundplan.facts.system import System


@pytest.fixture
def root(tmp_path: Path, repository: Path) -> Path:
    shutil.copytree(repository / "environments", tmp_path / "environments")
    git(tmp_path, "init", "--quiet", "--initial-branch", "main")
    commit(tmp_path)
    return tmp_path


@pytest.fixture
def system(root: Path) -> System:
    """A system with two stages and a standby."""
    names = sorted(folder.name for folder in (root / "environments").iterdir() if (folder / "system.yaml").exists())
    systems = [system_of(root, name) for name in names]
    return next(one for one in systems if len(one.promotions) > 1 and any(map(one.standby_of, one.promotions)))


def git(root: Path, *arguments: str) -> None:
    who = ["-c", "user.name=test", "-c", "user.email=test@example.com"]
    subprocess.run(["git", "-C", str(root), *who, *arguments], check=True, capture_output=True)


def commit(root: Path) -> None:
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "--message", "change")


def released(root: Path, author: str, *arguments: str) -> int:
    return main(["--root", str(root), "released", "HEAD~1", "HEAD", "--by", author, *arguments])


def app(system: System, environment: str) -> str:
    chapter = system.primary.pipelines
    assert chapter is not None
    return f"{chapter.app_name(system.name, environment)}[bot]"


def set_version(root: Path, system: System, environment: str) -> None:
    service = next(iter(system.named(environment).services))
    assert main(["--root", str(root), "image", "set", f"{system.name}/{environment}", service, "v9.9.9"]) == 0


def test_a_version_of_its_own_environment_and_of_its_standby_passes(root: Path, system: System) -> None:
    last = system.promotions[-1].environment
    set_version(root, system, last)
    (root / "dist").mkdir()
    (root / "dist" / "rendered.yaml").write_text("a: 1\n")
    commit(root)

    assert released(root, app(system, last)) == 0


def test_a_version_of_another_environment_does_not(
    root: Path, system: System, capsys: pytest.CaptureFixture[str]
) -> None:
    first, last = system.promotions[0].environment, system.promotions[-1].environment
    set_version(root, system, last)
    commit(root)

    assert released(root, app(system, first)) == 1
    assert f"environments/{system.name}/{last}.yaml:1: is not a file of an environment" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("environments/{system}/{environment}.yaml", "services: {{{service}: {{replicas: 9}}}}\n"),
        ("environments/{system}/{environment}.yaml", "services: {{{service}: {{image: elsewhere/evil:v1}}}}\n"),
        ("environments/{system}/system.yaml", "# a word\n"),
        ("constructs/groundplan/policies/text.py", "RULES = ()\n"),
        (".github/workflows/ci.yml", "name: nothing\n"),
        ("charts/facts.yaml", "a: 1\n"),
    ],
)
def test_nothing_else_passes(root: Path, system: System, file: str, text: str) -> None:
    environment = system.promotions[0]
    words = {"system": system.name, "environment": environment.environment, "service": next(iter(environment.services))}
    path = root / file.format(**words)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text.format(**words))
    commit(root)

    assert released(root, app(system, environment.environment)) == 1


def test_whoever_deploys_nothing_is_told_so(root: Path, system: System, capsys: pytest.CaptureFixture[str]) -> None:
    set_version(root, system, system.promotions[0].environment)
    commit(root)

    assert released(root, "somebody") == 3
    assert released(root, app(system, "nowhere"), "--output", "json") == 3
    assert json.loads(capsys.readouterr().out.splitlines()[-1]) == {"ok": False, "environments": [], "findings": []}
