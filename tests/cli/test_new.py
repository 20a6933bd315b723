"""A new system and a new service: what is written loads, renders and passes the gates; what is wrong writes nothing."""

from __future__ import annotations

import argparse
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from groundplan.checks.runner import check
from groundplan.cli import report
from groundplan.cli.main import main
from groundplan.errors import Severity
from groundplan.platforms.registry import PLATFORMS
from groundplan.synth.synthesize import synthesize, write

CHARTS = Path(__file__).parent / "charts"
"""What only a system that has just begun has such values of, and a gate must know to judge it."""

ASKS_REPOSITORIES = "charts"
"""The gate that knows of other charts only what somebody with helm and a network has recorded."""

IDS = {"aws": "network: vpc-0123456789abcdef0\nsecurity-group.bastion: sg-0123456789abcdef1\n"}
"""What `groundplan ids` writes after the first sync, where a way in waits for it."""

Run = Callable[..., int]


@pytest.fixture
def root(repository: Path, tmp_path: Path) -> Path:
    for recorded in ("charts", "environments", "schemas"):
        shutil.copytree(repository / recorded, tmp_path / recorded)
    (tmp_path / "docs").mkdir()
    shutil.copy2(repository / "docs/alerts.md", tmp_path / "docs/alerts.md")
    return tmp_path


@pytest.fixture
def run(root: Path) -> Run:
    return lambda *words: main(["--root", str(root), "new", *words])


def environments(root: Path) -> dict[str, str]:
    folder = root / "environments"
    return {file.relative_to(folder).as_posix(): file.read_text("utf-8") for file in sorted(folder.rglob("*.yaml"))}


@pytest.mark.parametrize("provider", sorted(PLATFORMS))
def test_a_system_with_two_services_passes_every_gate(provider: str, root: Path, run: Run) -> None:
    assert run("system", "bookshop", "--provider", provider, "--team", "books") == 0
    assert run("service", "bookshop", "orders", "--port", "8070") == 0
    if provider in IDS:
        (root / "environments/bookshop/ids").mkdir()
        (root / "environments/bookshop/ids/dev.yaml").write_text(IDS[provider], "utf-8")
        shutil.copytree(CHARTS, root / "charts/bookshop")

    write(root, synthesize(root, ["bookshop", "management"], workers=1))
    report.run(argparse.Namespace(), root)
    found = check(root, ["bookshop"], workers=1)

    assert [str(item) for item in found.findings if item.severity is Severity.ERROR] == []
    assert {result.name for result in found.results if result.failed(strict=True)} <= {ASKS_REPOSITORIES}
    for service in ("web", "orders"):
        files = {path.name for path in (root / f"dist/bookshop/dev/{service}").rglob("*.yaml")}
        assert {f"Deployment-{service}.yaml", f"HorizontalPodAutoscaler-{service}-hpa.yaml"} <= files


def test_a_service_goes_to_the_end_of_the_chapter_and_changes_nothing_else(root: Path, run: Run) -> None:
    before = (root / "environments/tripgen/system.yaml").read_text("utf-8")

    assert run("service", "tripgen", "search", "--image", "tripgen/search:v0.1.0") == 0

    after = (root / "environments/tripgen/system.yaml").read_text("utf-8")
    added = [line for line in after.splitlines() if line not in before.splitlines()]
    assert added[0] == "  search:"
    assert any(line.lstrip().startswith("# secrets:") for line in added)
    assert [line for line in before.splitlines() if line not in after.splitlines()] == []
    assert after.index("  location-service:") < after.index("  search:") < after.index("\ndata:")


def test_a_service_of_one_environment_stands_in_its_file(root: Path, run: Run) -> None:
    before = environments(root)

    assert run("service", "aegis", "billing", "--environment", "dev") == 0

    assert [name for name, text in environments(root).items() if before[name] != text] == ["aegis/dev.yaml"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["system", "Books", "--provider", "aws"], "`Books` is not a DNS label"),
        (["system", "tripgen", "--provider", "aws"], "there is environments/tripgen already"),
        (["service", "nowhere", "web"], "there is no system `nowhere`; write one of aegis"),
        (["service", "tripgen", "trip-service"], "tripgen has a service `trip-service` already"),
        (["service", "tripgen", "search", "--environment", "live"], "tripgen has no environment `live`"),
        (["service", "tripgen", "search", "--port", "70000"], "less than or equal to 65535|65535"),
        (["service", "tripgen", "search", "--image", "search:latest"], "latest"),
        (["service", "tripgen", "postgres"], "postgres"),
    ],
)
def test_what_is_wrong_is_one_line_and_writes_nothing(
    words: list[str], said: str, root: Path, run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    before = environments(root)

    assert run(*words) == 1

    assert environments(root) == before
    lines = capsys.readouterr().err.splitlines()
    assert all(line.startswith("error: ") for line in lines)
    assert re.search(said, "\n".join(lines))
