"""What the README tells a newcomer to write is what works."""

from __future__ import annotations

import argparse
import re
import shutil
from pathlib import Path

import pytest

from groundplan.checks.runner import check
from groundplan.cli import report
from groundplan.cli.main import main
from groundplan.errors import Severity
from groundplan.synth.synthesize import synthesize, write

FILES = (
    "environments/hello/system.yaml",
    "environments/hello/live.yaml",
    "environments/hello/laptop.yaml",
    "environments/hello/manifests/motd.yaml",
    "environments/hello/components/greetings.py",
)
"""What the README shows whole."""

ASKS_REPOSITORIES = "charts"
"""The gate that knows of a chart with these values only what somebody with helm and a network has recorded."""


def written(readme: str, path: str, note: str = "") -> str:
    """What the README shows for a file; its first line is a comment with the path."""
    found = re.search(rf"```(?:yaml|python)\n# {re.escape(path)}{note}\n(.*?)```", readme, re.DOTALL)
    assert found, f"README.md shows no {path}{note}"
    return found[1]


@pytest.fixture(scope="module")
def root(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The repository's environments, and the README's beside them: the smallest system, what it grows by, the doors."""
    readme = (repository / "README.md").read_text("utf-8")
    root = tmp_path_factory.mktemp("readme")
    for recorded in ("charts", "environments", "schemas"):
        shutil.copytree(repository / recorded, root / recorded)
    (root / "docs").mkdir()
    shutil.copy2(repository / "docs/alerts.md", root / "docs/alerts.md")  # where alerts lead
    for path in FILES:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(written(readme, path), "utf-8")
    system = root / "environments/hello/system.yaml"
    system.write_text(system.read_text() + written(readme, "environments/hello/system.yaml", ", at its end"), "utf-8")
    laptop = root / "environments/hello/laptop.yaml"
    laptop.write_text(laptop.read_text() + written(readme, "environments/hello/laptop.yaml", ", at its end"), "utf-8")
    write(root, synthesize(root, ["hello"], workers=1))
    report.run(argparse.Namespace(), root)
    return root


def test_the_smallest_system_and_what_it_grows_by_pass_every_gate(root: Path) -> None:
    report = check(root, ["hello"], workers=1)

    assert [str(item) for item in report.findings if item.severity is Severity.ERROR] == []
    assert [result.name for result in report.results if result.failed(strict=True)] in ([], [ASKS_REPOSITORIES])


def test_the_laptop_has_a_database_a_cache_a_way_in_and_a_job(root: Path) -> None:
    files = {
        path.relative_to(root / "dist/hello/laptop").as_posix() for path in (root / "dist/hello/laptop").rglob("*.*")
    }

    assert {
        "orders/hello/Cluster.postgresql.cnpg.io-orders.yaml",
        "cache/hello/StatefulSet-cache.yaml",
        "ingress/hello/Ingress-hello-localhost.yaml",
        "secrets/hello/Password-orders.yaml",
        "jobs-nightly/hello/CronJob-nightly.yaml",
    } <= files
    assert not any(path.startswith(("monitoring/", "alerts/", "policy/")) for path in files)


def test_every_door_of_the_readme_leads_into_the_tree(root: Path) -> None:
    live = root / "dist/hello/live"

    assert (live / "motd/hello/ConfigMap-motd.yaml").exists()
    assert "Hello from web" in (live / "greetings/hello/ConfigMap-greetings.yaml").read_text("utf-8")
    assert (root / "argocd/hello/live/applications/Application-reloader-live.yaml").exists()


def test_every_door_is_shown_in_ten_lines_or_so(repository: Path) -> None:
    readme = (repository / "README.md").read_text("utf-8")
    doors = [written(readme, path) for path in FILES if "/manifests/" in path or "/components/" in path]
    doors += [written(readme, f"environments/hello/{name}.yaml", ", at its end") for name in ("system", "laptop")]

    assert max(len(door.strip().splitlines()) for door in doors) <= 11


def test_every_link_of_the_readme_leads_somewhere(repository: Path) -> None:
    readme = (repository / "README.md").read_text("utf-8")

    targets = re.findall(r"\]\((?!https?://)([^)#]+)", readme)

    assert [target for target in targets if not (repository / target).exists()] == []


def test_what_the_readme_says_is_behind_a_field_is_what_is_printed(
    repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = (repository / "README.md").read_text("utf-8")
    shown = re.search(r"\$ groundplan (why \S+)\n(.*?)    \.\.\.\n", text, re.DOTALL)
    assert shown is not None

    assert main(["--root", str(repository), *shown[1].split()]) == 0

    assert capsys.readouterr().out.startswith(shown[2])
