"""`groundplan image set` changes one line of one environment's file."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from groundplan.cli.main import main
from groundplan.cli.versions import system_of
from groundplan.loading.load import load_environment

SHA = "0123456789abcdef0123456789abcdef01234567"


@pytest.fixture
def root(tmp_path: Path, repository: Path) -> Path:
    shutil.copytree(repository / "environments", tmp_path / "environments")
    return tmp_path


def _system(root: Path) -> str:
    """One whose staging has versions of its own."""
    return next(
        folder.name
        for folder in sorted((root / "environments").iterdir())
        if (folder / "staging.yaml").exists() and "\nservices:" in (folder / "staging.yaml").read_text()
    )


def _set(root: Path, *arguments: str) -> int:
    return main(["--root", str(root), "image", "set", *arguments])


def test_sets_a_tag_and_keeps_the_repository(root: Path) -> None:
    system = _system(root)
    name, service = next(iter(load_environment(root, system, "staging").environment.services.items()))

    assert _set(root, f"{system}/staging", name, SHA) == 0

    after = load_environment(root, system, "staging").environment.services[name]
    assert after.image == f"{service.repository}:{SHA}"


def test_changes_one_line_of_one_file(root: Path) -> None:
    system = _system(root)
    name = next(iter(load_environment(root, system, "staging").environment.services))
    before = {path: path.read_text() for path in root.rglob("*.yaml")}

    _set(root, f"{system}/staging", name, SHA)

    changed = [path for path in before if path.read_text() != before[path]]
    assert [path.name for path in changed] == ["staging.yaml"]
    added = set(changed[0].read_text().splitlines()) - set(before[changed[0]].splitlines())
    assert len(added) == 1


def test_a_digest_replaces_the_tag(root: Path) -> None:
    system, digest = _system(root), "sha256:" + "a" * 64
    name, service = next(iter(load_environment(root, system, "staging").environment.services.items()))

    _set(root, f"{system}/staging", name, digest)

    after = load_environment(root, system, "staging").environment.services[name]
    assert after.image == f"{service.repository}@{digest}"


def test_says_so_when_nothing_changes(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    system = _system(root)
    name, service = next(iter(load_environment(root, system, "staging").environment.services.items()))

    assert _set(root, f"{system}/staging", name, service.tag, "--output", "json") == 0

    assert json.loads(capsys.readouterr().out) == {
        "ok": True,
        "changed": False,
        "before": service.image,
        "after": service.image,
        "environments": [],
    }


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("SYSTEM/stagin", "x", SHA), "did you mean `SYSTEM/staging`?"),
        (("SYSTEM", "x", SHA), "`SYSTEM` is not one environment; write it as system/environment"),
        (("SYSTEM/staging", "no-such", SHA), "SYSTEM/staging has no service `no-such`"),
        (("SYSTEM/staging", "SERVICE", "a b"), "`a b` is neither a tag nor a digest"),
        (("SYSTEM/staging", "SERVICE", "latest"), "moves under your feet"),
    ],
)
def test_refuses_and_leaves_the_file_alone(
    root: Path, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], message: str
) -> None:
    system = _system(root)
    service = next(iter(load_environment(root, system, "staging").environment.services))
    before = {path: path.read_bytes() for path in root.rglob("*.yaml")}

    code = _set(root, *(text.replace("SYSTEM", system).replace("SERVICE", service) for text in arguments))

    assert code == 1
    assert message.replace("SYSTEM", system) in capsys.readouterr().err
    assert {path: path.read_bytes() for path in root.rglob("*.yaml")} == before


def _pair(root: Path) -> tuple[str, str, str]:
    """A system with a standby: its name, the primary and the standby."""
    for folder in sorted((root / "environments").iterdir()):
        if folder.is_dir() and (folder / "system.yaml").exists():
            system = system_of(root, folder.name)
            for environment in system.promotions:
                standby = system.standby_of(environment)
                if standby is not None:
                    return system.name, environment.environment, standby.environment
    raise AssertionError("no system has a standby")


def test_a_standby_runs_what_its_primary_runs(root: Path) -> None:
    system, primary, standby = _pair(root)
    name = next(iter(load_environment(root, system, primary).environment.services))

    assert _set(root, f"{system}/{primary}", name, SHA) == 0

    assert load_environment(root, system, standby).environment.services[name].image.endswith(SHA)
