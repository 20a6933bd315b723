"""Four ways to start it write the same bytes: `python main.py`, `groundplan synth`, `cdk8s synth`, any worker count."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from groundplan.synth.synthesize import Synthesized, synthesize

CDK8S_CLI = "cdk8s-cli@2.207.60"
TREES = ("dist", "argocd", "docs/systems")


@pytest.fixture(scope="module")
def expected(repository: Path) -> Synthesized:
    return synthesize(repository, workers=1)


@pytest.fixture
def copy(repository: Path, tmp_path: Path) -> Path:
    """The repository without anything generated, and with this interpreter's packages as its .venv."""
    for name in ("constructs", "environments"):
        shutil.copytree(repository / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("main.py", "cdk8s.yaml", "pyproject.toml"):
        shutil.copy(repository / name, tmp_path / name)
    (tmp_path / ".venv").symlink_to(sys.prefix)
    return tmp_path


def contents(root: Path) -> dict[str, bytes]:
    files = (path for tree in TREES for path in (root / tree).rglob("*") if path.is_file())
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in files}


def as_text(synthesized: Synthesized) -> dict[str, bytes]:
    return {str(path): content for path, content in synthesized.files.items()}


def run(command: list[str], folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    inherited = {key: value for key, value in os.environ.items() if key not in ("PYTHONPATH", "CDK8S_OUTDIR")}
    return subprocess.run(
        command, cwd=folder, env={**inherited, **environment}, capture_output=True, text=True, timeout=120, check=False
    )


def test_any_number_of_workers_writes_the_same(repository: Path, expected: Synthesized) -> None:
    assert synthesize(repository, workers=3).files == expected.files


def test_environments_asked_for_in_another_order_are_the_same(repository: Path, expected: Synthesized) -> None:
    backwards = synthesize(repository, reversed(expected.environments), workers=1)

    assert backwards.files == expected.files


@pytest.mark.parametrize("seed", ["0", "1", "12345"])
def test_main_writes_the_same_whatever_the_hash_seed(copy: Path, expected: Synthesized, seed: str) -> None:
    done = run([sys.executable, "main.py"], copy, PYTHONHASHSEED=seed)

    assert done.returncode == 0, done.stderr
    assert contents(copy) == as_text(expected)


def test_any_python_continues_in_the_repositorys_own(copy: Path, expected: Synthesized) -> None:
    done = run([str(Path(sys.base_prefix) / "bin" / "python3"), "-S", "main.py"], copy)

    assert done.returncode == 0, done.stderr
    assert contents(copy) == as_text(expected)


def test_the_installed_command_writes_the_same(copy: Path, expected: Synthesized) -> None:
    done = run([sys.executable, "-m", "groundplan.cli.main", "synth"], copy, PYTHONPATH=str(copy / "constructs"))

    assert done.returncode == 0, done.stderr
    assert contents(copy) == as_text(expected)


def test_a_python_without_the_packages_says_what_to_run(copy: Path) -> None:
    (copy / ".venv").unlink()

    done = run([sys.executable, "-S", "-I", "main.py"], copy)

    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "run `make` first" in done.stderr


def test_an_argument_names_what_to_render(copy: Path, expected: Synthesized) -> None:
    one = expected.environments[0]

    done = run([sys.executable, "main.py", one], copy)

    assert done.returncode == 0, done.stderr
    assert {path.parent.name + "/" + path.name for path in (copy / "argocd").glob("*/*")} == {one}


@pytest.fixture(scope="session")
def cdk8s_cli(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The npm command, from the machine or freshly installed; skipped where neither is possible."""
    found = shutil.which("cdk8s")
    if found is not None:
        return found
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("neither cdk8s nor npm is installed")
    folder = tmp_path_factory.mktemp("cdk8s-cli")
    command = [npm, "install", "--no-audit", "--no-fund", "--fetch-retries=0", "--prefix", str(folder), CDK8S_CLI]
    done = subprocess.run(command, capture_output=True, text=True, timeout=180, check=False)
    if done.returncode != 0:
        pytest.skip(f"npm cannot install {CDK8S_CLI}: {done.stderr.strip().splitlines()[-1:]}")
    return str(folder / "node_modules" / ".bin" / "cdk8s")


@pytest.mark.slow
def test_cdk8s_synth_writes_the_same_and_leaves_the_trees_whole_when_the_app_fails(
    copy: Path, expected: Synthesized, cdk8s_cli: str
) -> None:
    done = run([cdk8s_cli, "synth"], copy)
    assert done.returncode == 0, done.stderr
    assert contents(copy) == as_text(expected)
    mirror = copy / ".groundplan" / "cdk8s"
    rendered = {
        path.relative_to("dist") for path in expected.files if path.parts[0] == "dist" and path.suffix == ".yaml"
    }
    assert {path.relative_to(mirror) for path in mirror.rglob("*.yaml")} == {Path(path) for path in rendered}

    overlay = next((copy / "environments").glob("*/production.yaml"))
    overlay.write_text("unknown: 1\n")
    failed = run([cdk8s_cli, "synth"], copy)

    assert failed.returncode != 0
    assert "is not a key here" in failed.stdout + failed.stderr
    assert contents(copy) == as_text(expected)
