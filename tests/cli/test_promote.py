"""`groundplan promote` writes the versions one environment runs into the next one's file."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from groundplan.cli.main import main
from groundplan.cli.versions import system_of
from groundplan.loading.load import load_environment


@pytest.fixture
def root(tmp_path: Path, repository: Path) -> Path:
    shutil.copytree(repository / "environments", tmp_path / "environments")
    return tmp_path


@pytest.fixture
def stages(root: Path) -> tuple[str, str, str]:
    """A system with at least two stages and services: its name, one stage, and the next."""
    for folder in sorted((root / "environments").iterdir()):
        if (folder / "system.yaml").exists():
            names = [item.environment for item in system_of(root, folder.name).promotions]
            if len(names) > 1 and len(load_environment(root, folder.name, names[0]).environment.services) > 1:
                return folder.name, names[0], names[1]
    raise AssertionError("no system has two stages")


def promote(root: Path, *arguments: str) -> int:
    return main(["--root", str(root), "promote", *arguments])


def image(root: Path, system: str, environment: str, service: str) -> str:
    return load_environment(root, system, environment).environment.services[service].image


def test_every_service_runs_the_same_version_afterwards(root: Path, stages: tuple[str, str, str]) -> None:
    system, source, target = stages
    services = load_environment(root, system, source).environment.services
    for name in services:
        main(["--root", str(root), "image", "set", f"{system}/{source}", name, "v9.9.9"])

    assert promote(root, system, source, target) == 0

    assert {image(root, system, target, name).rpartition(":")[2] for name in services} == {"v9.9.9"}


def test_only_those_that_are_named_where_some_are(root: Path, stages: tuple[str, str, str]) -> None:
    system, source, target = stages
    first, second, *_ = load_environment(root, system, source).environment.services
    for name in (first, second):
        main(["--root", str(root), "image", "set", f"{system}/{source}", name, "v9.9.9"])
    before = image(root, system, target, second)

    promote(root, system, source, target, first)

    assert image(root, system, target, first).endswith(":v9.9.9")
    assert image(root, system, target, second) == before


def test_a_second_time_there_is_nothing_to_do(
    root: Path, stages: tuple[str, str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    promote(root, *stages)
    files = {path: path.read_bytes() for path in root.rglob("*.yaml")}
    capsys.readouterr()

    assert promote(root, *stages, "--output", "json") == 0

    assert json.loads(capsys.readouterr().out) == {"ok": True, "changed": []}
    assert {path: path.read_bytes() for path in root.rglob("*.yaml")} == files


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("SYSTEM", "TO", "FROM"), "does not come before FROM"),
        (("SYSTEM", "FROM", "FROM"), "does not come before FROM"),
        (("SYSTEM", "FROM", "nowhere"), "nowhere"),
        (("SYSTEM", "FROM", "TO", "no-such"), "FROM has no service `no-such`"),
    ],
)
def test_refuses_and_leaves_every_file_alone(
    root: Path,
    stages: tuple[str, str, str],
    capsys: pytest.CaptureFixture[str],
    arguments: tuple[str, ...],
    message: str,
) -> None:
    words = dict(zip(("SYSTEM", "FROM", "TO"), stages, strict=True))
    before = {path: path.read_bytes() for path in root.rglob("*.yaml")}

    assert promote(root, *(words.get(word, word) for word in arguments)) == 1

    expected = message.replace("FROM", stages[1])
    assert expected in capsys.readouterr().err
    assert {path: path.read_bytes() for path in root.rglob("*.yaml")} == before
