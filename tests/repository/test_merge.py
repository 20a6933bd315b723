"""Two changes that touch one generated file merge without a conflict, into what both sources say."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from hello import REPOSITORY, hello
from trees_in_git import commit_all, git

GENERATED = ("dist", "argocd", "docs")


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A repository with two services, rendered, whose git was told by `make setup`."""
    root = hello(tmp_path, more="  api:\n    image: docker.io/hello/api:v1.0.0\n    port: 8080\n    replicas: 2\n"
                 "    resources: {requests: {cpu: 100m, memory: 128Mi}, limits: {cpu: 500m, memory: 256Mi}}\n")  # fmt: skip
    shutil.copytree(REPOSITORY / ".githooks", root / ".githooks")
    shutil.copy(REPOSITORY / ".gitattributes", root)
    (root / ".gitignore").write_text(".venv\n.groundplan\n")
    (root / ".venv").symlink_to(REPOSITORY / ".venv")
    git(root, "init", "--quiet", "--initial-branch=main")
    render(root)
    commit_all(root)
    return root


def render(root: Path) -> None:
    for verb in ("synth", "report"):
        subprocess.run([".venv/bin/groundplan", verb], cwd=root, check=True, capture_output=True)


def change(root: Path, branch: str, old: str, new: str) -> None:
    git(root, "checkout", "--quiet", "-b", branch, "main")
    file = root / "environments/hello/system.yaml"
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new))
    render(root)
    commit_all(root)


def two_changes(root: Path) -> None:
    """Of two services, each with another port: one page says the ports of both."""
    change(root, "one", "web:v1.0.0\n    port: 8080", "web:v1.0.0\n    port: 8081")
    change(root, "other", "api:v1.0.0\n    port: 8080", "api:v1.0.0\n    port: 8082")


def test_what_is_merged_is_rendered_again(clone: Path) -> None:
    subprocess.run([".githooks/install"], cwd=clone, check=True)
    two_changes(clone)

    git(clone, "merge", "--no-edit", "one")
    merged = git(clone, "rev-parse", "HEAD^{tree}")
    render(clone)
    git(clone, "add", "--all")

    assert git(clone, "write-tree") == merged
    text = "".join(file.read_text() for file in sorted((clone / "dist").rglob("Service-*.yaml")))
    assert "8081" in text
    assert "8082" in text


def test_a_hook_of_ones_own_is_left_alone(clone: Path) -> None:
    hook = clone / ".git/hooks/post-merge"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\n")

    subprocess.run([".githooks/install"], cwd=clone, check=True)

    assert hook.read_text() == "#!/bin/sh\n"
    assert git(clone, "config", "merge.rendered.driver") == "true"


def test_a_folder_inside_another_repository_is_left_alone(clone: Path, tmp_path: Path) -> None:
    inner = clone / "inner"
    shutil.copytree(clone / ".githooks", inner / ".githooks")

    subprocess.run([".githooks/install"], cwd=inner, check=True)

    assert "rendered" not in (clone / ".git/config").read_text()


def test_what_others_merged_is_taken_as_it_is(clone: Path) -> None:
    subprocess.run([".githooks/install"], cwd=clone, check=True)
    change(clone, "one", "web:v1.0.0\n    port: 8080", "web:v1.0.0\n    port: 8081")
    made = git(clone, "rev-parse", "HEAD")
    git(clone, "checkout", "--quiet", "main")

    git(clone, "merge", "--no-edit", "one")

    assert git(clone, "rev-parse", "HEAD") == made
