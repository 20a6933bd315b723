"""What contributors and their tools read agrees with the repository it describes."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from groundplan.pipelines.structure import problems
from groundplan.yaml.marked import parse_marked_yaml


def _yaml(file: Path) -> Any:
    return parse_marked_yaml(file.read_text("utf-8"), file.name).data


def _targets(repository: Path) -> set[str]:
    return set(re.findall(r"^([a-z]+):", (repository / "Makefile").read_text("utf-8"), re.MULTILINE))


def _made(scripts: str) -> list[str]:
    """Everything `make` is called with, in order."""
    return re.findall(r"(?:^|&& )make\b([^\n&|;]*)", scripts, re.MULTILINE)


def _github(repository: Path) -> str:
    jobs = _yaml(repository / ".github/workflows/ci.yml")["jobs"].values()
    return "\n".join(step.get("run", "") for job in jobs for step in job["steps"])


def _gitlab(repository: Path) -> str:
    jobs = _yaml(repository / ".gitlab-ci.yml").values()
    return "\n".join(line for job in jobs for line in job.get("script", ()))


def test_the_workflow_is_sound(repository: Path) -> None:
    assert list(problems(_yaml(repository / ".github/workflows/ci.yml"))) == []


def test_every_pin_names_its_version(repository: Path) -> None:
    lines = [
        line for line in (repository / ".github/workflows/ci.yml").read_text("utf-8").splitlines() if "uses:" in line
    ]

    assert lines
    assert all(re.search(r"@[0-9a-f]{40} # v\d", line) for line in lines)


def test_both_systems_run_the_same_targets(repository: Path) -> None:
    assert _made(_github(repository)) == _made(_gitlab(repository)) != []


def test_only_targets_that_exist_are_called(repository: Path) -> None:
    hooks = [hook["entry"] for repo in _yaml(repository / ".pre-commit-config.yaml")["repos"] for hook in repo["hooks"]]
    called = _made("\n".join([_github(repository), *(entry for entry in hooks if entry.startswith("make "))]))

    words = {word for arguments in called for word in arguments.split() if "=" not in word}
    assert words <= _targets(repository)


def test_no_hook_downloads_anything(repository: Path) -> None:
    repos = _yaml(repository / ".pre-commit-config.yaml")["repos"]

    assert {repo["repo"] for repo in repos} == {"local"}
    assert {hook["language"] for repo in repos for hook in repo["hooks"]} <= {"system", "fail"}


def test_every_system_and_every_named_folder_has_owners(repository: Path) -> None:
    lines = [line.split() for line in (repository / ".github/CODEOWNERS").read_text("utf-8").splitlines()]
    owned = [line[0] for line in lines if line and not line[0].startswith("#")]

    missing = [path for path in owned if path != "*" and not (repository / path.strip("/")).exists()]
    assert missing == []
    systems = {path.parent.name for path in (repository / "environments").glob("*/system.yaml")}
    assert {f"/environments/{system}/" for system in systems} <= set(owned)


def test_rendered_manifests_are_never_folded_away(repository: Path) -> None:
    text = (repository / ".gitattributes").read_text("utf-8")

    for tree in ("dist", "argocd", "docs/systems"):
        assert f"{tree}/** linguist-generated=false" in text


@pytest.mark.parametrize("question", ["## Risk", "## Way back", "dist/<system>/<environment>/<component>/"])
def test_a_pull_request_says_what_a_reviewer_must_know(repository: Path, question: str) -> None:
    assert question in (repository / ".github/pull_request_template.md").read_text("utf-8")


@pytest.mark.parametrize("page", ["CONTRIBUTING.md", "docs/architecture.md", "docs/decisions/README.md"])
def test_links_of_the_documents_lead_somewhere(repository: Path, page: str) -> None:
    file = repository / page
    targets = re.findall(r"\]\(([^)#]+)\)", file.read_text("utf-8"))

    dangling = [target for target in targets if "://" not in target and not (file.parent / target).exists()]
    assert dangling == []


NOT_OURS = {"src/", "manifests/", "root-management/"}
"""Folders that prose speaks of and that are somebody else's: a convention of Python, a system's own, an Application."""


@pytest.mark.parametrize("page", ["CONTRIBUTING.md", "README.md", "docs/architecture.md", "docs/gates.md"])
def test_every_module_and_folder_that_prose_names_is_there(repository: Path, page: str) -> None:
    named = set(re.findall(r"`([\w.-]+/[\w./-]*)`", (repository / page).read_text("utf-8"))) - NOT_OURS
    roots = (repository, repository / "constructs/groundplan")

    assert named
    assert sorted(path for path in named if not any((root / path).exists() for root in roots)) == []
