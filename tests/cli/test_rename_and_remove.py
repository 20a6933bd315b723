"""`groundplan rename` and `remove` change an entry and every line that names it, and nothing where they cannot."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from hello import hello, refused, rendered
from trees_in_git import git

from groundplan.cli.main import main
from groundplan.review.acknowledge import acknowledgements

MORE = """
  worker:
    image: docker.io/hello/worker:v1.0.0
    replicas: 1
    # asks web, and keeps what it says
    calls: [web, cache]
    urls: {QUEUE: cache/1}
    resources: {requests: {cpu: 100m, memory: 64Mi}, limits: {cpu: 200m, memory: 64Mi}}
jobs:
  nightly:
    image: docker.io/hello/nightly:v1.0.0
    schedule: {at: 0 3 * * *}
    calls: [web]
    resources: {requests: {cpu: 100m, memory: 64Mi}, limits: {cpu: 200m, memory: 64Mi}}
data:
  cache:
    type: redis
    engine:
      statefulset:
        resources: {requests: {cpu: 100m, memory: 128Mi}, limits: {cpu: 200m, memory: 128Mi}}
"""

REASON = "the team has another name for it, and nobody else knows the old one"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    found = hello(tmp_path, more=MORE, live="services: {web: {replicas: 3}}  # busy\n")
    assert refused(found) == ""
    return found


def text(root: Path, name: str = "system.yaml") -> str:
    return (root / "environments" / "hello" / name).read_text("utf-8")


def run(root: Path, *words: str) -> int:
    return main(["--root", str(root), *words])


def test_a_service_is_renamed_wherever_it_is_named(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = text(root)

    assert run(root, "rename", "hello", "services.web", "front") == 0

    assert text(root) == before.replace("  web:", "  front:").replace("[web", "[front")
    assert text(root, "live.yaml") == "services: {front: {replicas: 3}}  # busy\n"
    said = capsys.readouterr().out
    assert "hello/live: Deployment hello/web (deleted)" in said
    assert "hello/live: Deployment hello/front (created)" in said
    assert "web/hello/Deployment-web.yaml" not in rendered(root)
    assert "front/hello/Deployment-front.yaml" in rendered(root)


def test_a_store_is_renamed_where_only_a_part_of_it_is_named(root: Path) -> None:
    assert run(root, "rename", "hello", "data.cache", "memory") == 0

    assert "calls: [web, memory]" in text(root)
    assert "urls: {QUEUE: memory/1}" in text(root)
    assert refused(root) == ""


def test_what_holds_data_is_said_to_stay(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(root, "remove", "hello", "data.cache", "--dry-run") == 0

    said = capsys.readouterr().out
    assert "stay in the clusters until somebody deletes them:\n  hello/live: StatefulSet hello/cache" in said
    assert "nothing was written" in said


def test_a_service_is_removed_with_every_line_that_names_it(root: Path) -> None:
    assert run(root, "remove", "hello", "services.web") == 0

    assert "web" not in text(root).replace("asks web", "")
    assert "# asks web, and keeps what it says\n    calls: [cache]" in text(root)
    assert refused(root) == ""


def test_what_is_dangerous_is_answered_for(root: Path) -> None:
    git(root, "init", "--quiet")
    git(root, "config", "user.name", "Kim")

    assert run(root, "remove", "hello", "data.cache", "--because", REASON) == 0

    answers = acknowledgements(root)
    assert {answer.outcome for answer in answers.values()} >= {"stateful deletion"}
    assert {answer.who for answer in answers.values()} == {"Kim"}
    assert {answer.why for answer in answers.values()} == {REASON}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["rename", "none", "services.web", "front"], "there is no system `none`"),
        (["rename", "hello", "services.none", "front"], "hello has no `services.none`"),
        (["rename", "hello", "services.web", "worker"], "hello has `services.worker` already"),
        (["rename", "hello", "web", "front"], "`web` is no entry; write it as CHAPTER.NAME"),
        (["rename", "hello", "services.web", "No_Name"], "`No_Name`"),
        (["remove", "hello", "namespaces.hello"], "`namespaces.hello` is no entry"),
        (["remove", "hello", "services.web", "--because", "short"], "fewer than 20 characters"),
    ],
)
def test_what_cannot_be_done_changes_nothing(
    root: Path, words: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    before = text(root), text(root, "live.yaml")

    assert run(root, *words) == 1

    assert said in capsys.readouterr().err
    assert (text(root), text(root, "live.yaml")) == before


def test_evidence_follows_a_new_name_and_words_stay(root: Path) -> None:
    catalogue = (
        "system: hello\ntitle: Hello\nsource: a wish\nrequirements:\n"
        "  - id: HEL-1\n    area: scaling\n    text: web has three pods in web-land\n    met_by: manifests\n"
        "    evidence:\n      - environment: live\n        select: {kind: Deployment, name: web, namespace: hello}\n"
        "        expect: object.spec.replicas == 3\n"
    )
    (root / "environments/hello/requirements.yaml").write_text(catalogue, "utf-8")

    assert run(root, "rename", "hello", "services.web", "front") == 0

    assert text(root, "requirements.yaml") == catalogue.replace("name: web", "name: front")


def test_one_system_is_made_alone(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    other = root / "environments" / "other"
    shutil.copytree(root / "environments" / "hello", other)
    (other / "system.yaml").write_text(text(root).replace("hello", "other"), "utf-8")

    run(root, "make", "hello")

    assert "requirements" in capsys.readouterr().out
    assert (root / "dist/hello/live/web/hello/Deployment-web.yaml").exists()
    assert not (root / "dist/other").exists()
    assert run(root, "make", "none") == 1
    assert "there is no system `none`; write one of hello" in capsys.readouterr().err
