"""Two trees of a git repository, and what lies between them."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from trees_in_git import WEB, a_deployment, an_object, git, put

from groundplan.cli.main import main
from groundplan.errors import EnvironmentFileError, UsageError
from groundplan.review.acknowledge import acknowledgements, unanswered
from groundplan.review.comment import LONGEST, MARK, comment
from groundplan.review.report import Review, review

Json = dict[str, Any]
TODAY = date(2026, 11, 21)


@pytest.fixture
def root(git_root: Path) -> Path:
    return git_root


def told(found: Review) -> dict[str, str]:
    return {str(entry.change.identity): str(entry.outcome) for entry in found.entries}


def test_the_working_tree_is_compared_with_where_the_branch_left_the_default_one(root: Path) -> None:
    git(root, "switch", "--quiet", "--create=other")
    put(root, WEB, a_deployment("shop/web:v2"))

    assert told(review(root)) == {"Deployment shop/web": "rolling restart"}


def test_files_that_git_does_not_know_yet_count_too(root: Path) -> None:
    put(root, "dist/shop/prod/web/shop/ConfigMap-web.yaml", an_object("ConfigMap", "web", data={}))

    assert told(review(root)) == {"ConfigMap shop/web": "created"}


def test_two_commits_are_compared_without_looking_at_the_working_tree(root: Path) -> None:
    put(root, WEB, a_deployment(replicas=1))
    git(root, "commit", "--quiet", "--all", "--message=second")
    put(root, WEB, "no: object")

    assert told(review(root, "HEAD~1", "HEAD")) == {"Deployment shop/web": "protection weakened"}


def test_a_renamed_object_is_one_that_goes_and_one_that_comes(root: Path) -> None:
    (root / WEB).unlink()
    put(root, "dist/shop/prod/web/shop/Deployment-site.yaml", a_deployment(name="site"))

    assert told(review(root)) == {"Deployment shop/web": "deleted", "Deployment shop/site": "created"}


def test_an_object_that_moves_between_applications_is_no_small_thing(root: Path) -> None:
    (root / WEB).unlink()
    put(root, "dist/shop/prod/site/shop/Deployment-web.yaml", a_deployment())

    (entry,) = review(root).entries
    assert entry.outcome == "recreated"
    assert "one prunes what the other makes" in entry.judgement.reasons[0].why


def test_a_file_that_moves_within_its_application_changes_nothing(root: Path) -> None:
    (root / WEB).unlink()
    put(root, "dist/shop/prod/web/shop/Deployment-x.yaml", a_deployment())

    assert review(root).entries == ()


def test_a_policy_that_goes_alone_opens_something_and_with_all_it_was_for_nothing(root: Path) -> None:
    put(
        root,
        "dist/shop/prod/web/shop/NetworkPolicy-web.yaml",
        an_object("NetworkPolicy", "web", "networking.k8s.io/v1"),
    )
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "--message=policy")
    (root / "dist/shop/prod/web/shop/NetworkPolicy-web.yaml").unlink()
    alone = told(review(root, "HEAD"))
    (root / WEB).unlink()

    assert alone["NetworkPolicy shop/web"] == "exposure widened"
    assert told(review(root, "HEAD"))["NetworkPolicy shop/web"] == "deleted"


def test_the_same_change_of_many_objects_is_one_group(root: Path) -> None:
    for name in "abc":
        put(root, f"dist/shop/prod/{name}/shop/Deployment-{name}.yaml", a_deployment(name=name))
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "--message=three")
    for name in "abc":
        put(root, f"dist/shop/prod/{name}/shop/Deployment-{name}.yaml", a_deployment(name=name, replicas=5))

    assert [len(group.entries) for group in review(root, "HEAD").groups()] == [3]


@pytest.mark.parametrize("text", ["a: [", "a: 1\na: 2\n", "- just a list\n", "kind: Pod\n"])
def test_what_is_no_object_is_said_at_its_file(root: Path, text: str) -> None:
    put(root, WEB, text)

    found = review(root)
    assert text.startswith("-") or [finding.location.file for finding in found.findings] == [WEB]
    assert told(found) == {"Deployment shop/web": "deleted"}


@pytest.mark.parametrize("revision", ["nowhere", "--output=x"])
def test_a_revision_git_does_not_know_is_refused(root: Path, revision: str) -> None:
    with pytest.raises(UsageError, match="git knows no revision"):
        review(root, revision)


def test_a_folder_that_is_no_repository_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="is no git repository"):
        review(tmp_path)


def test_without_a_default_branch_a_base_is_asked_for(root: Path) -> None:
    git(root, "branch", "--move", "trunk")

    with pytest.raises(UsageError, match="name a base"):
        review(root)


def test_a_tree_from_before_anything_was_rendered_is_empty(root: Path) -> None:
    git(root, "checkout", "--quiet", "--orphan", "empty")
    git(root, "rm", "--quiet", "-r", "--cached", ".")
    git(root, "commit", "--quiet", "--allow-empty", "--message=nothing")

    assert told(review(root, "empty", "main")) == {"Deployment shop/web": "created"}


def test_the_comment_is_marked_orders_by_danger_and_fits(root: Path) -> None:
    for number in range(900):
        put(
            root,
            f"dist/shop/prod/data/shop/PersistentVolumeClaim-{number}.yaml",
            an_object("PersistentVolumeClaim", f"data-{number}", spec={"a": str(number) * 40}),
        )
    put(root, WEB, a_deployment("shop/web:v2"))
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "--message=volumes")
    for number in range(900):
        put(
            root,
            f"dist/shop/prod/data/shop/PersistentVolumeClaim-{number}.yaml",
            an_object("PersistentVolumeClaim", f"data-{number}", spec={"a": str(number) * 41}),
        )
    text = comment(review(root, "HEAD~1"))

    assert text.startswith(MARK)
    assert len(text) <= LONGEST
    assert (
        text.index("**") < text.index("Rolling restart") if "Rolling restart" in text else "have no room here" in text
    )


def test_nothing_that_changes_is_said_in_a_line(root: Path) -> None:
    assert comment(review(root)) == f"{MARK}\nNothing that is rendered changes.\n"


ANSWER = """\
outcome: protection weakened
objects: ['shop/prod: Deployment shop/*']
why: fewer people come at night, and two are enough for them
who: '@shop'
expires: {expires}
"""


def test_something_dangerous_that_nobody_answers_for_fails_the_gate(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    put(root, WEB, a_deployment(replicas=1))

    assert main(["--root", str(root), "review", "--gate"]) == 1
    assert "protection weakened, and nobody answers for it; write changes/<name>.yaml" in capsys.readouterr().err


def test_with_an_answer_it_passes(root: Path) -> None:
    put(root, WEB, a_deployment(replicas=1))
    put(root, "changes/night.yaml", ANSWER.format(expires="2999-01-01"))

    assert main(["--root", str(root), "review", "--gate"]) == 0


def test_an_answer_for_another_outcome_or_object_or_time_is_none(root: Path) -> None:
    put(root, WEB, a_deployment(replicas=1))
    found = review(root)
    for text in (
        ANSWER.format(expires="2026-11-20"),
        ANSWER.format(expires="2999-01-01").replace("weakened", "weakened").replace("Deployment", "Service"),
        ANSWER.format(expires="2999-01-01").replace("protection weakened", "recreated"),
    ):
        put(root, "changes/night.yaml", text)
        rules = [finding.rule for finding in unanswered(found, acknowledgements(root), TODAY)]

        assert "review.unanswered" in rules


def test_an_answer_without_a_reason_is_refused_at_its_line(root: Path) -> None:
    put(
        root,
        "changes/night.yaml",
        ANSWER.format(expires="2999-01-01").replace("fewer people come at night, and two are enough for them", "ok"),
    )

    with pytest.raises(EnvironmentFileError, match=r"changes/night\.yaml:3:\d+: why"):
        acknowledgements(root)


def test_machines_read_every_field(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    put(root, WEB, a_deployment("shop/web:v2"))

    assert main(["--root", str(root), "review", "--output", "json"]) == 0
    (item,) = json.loads(capsys.readouterr().out)["objects"]
    assert item["outcome"] == "rolling restart"
    assert item["reasons"][0]["path"] == "spec.template.spec.containers[web].image"


def test_people_read_the_worst_first(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    put(root, WEB, a_deployment("shop/web:v2", replicas=1))

    main(["--root", str(root), "review"])

    printed = capsys.readouterr().out
    assert "protection weakened: Deployment shop/web (shop/prod)" in printed
    assert "spec.replicas: 3 -> 1" in printed
    assert "[rolling restart] spec.template.spec.containers[web].image: shop/web:v1 -> shop/web:v2" in printed


def test_values_of_secrets_are_masked(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    put(root, "dist/shop/prod/web/shop/Secret-web.yaml", an_object("Secret", "web", data={"key": "b2xkb2xk"}))
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "--message=secret")
    put(root, "dist/shop/prod/web/shop/Secret-web.yaml", an_object("Secret", "web", data={"key": "bmV3bmV3"}))

    main(["--root", str(root), "review", "HEAD"])

    printed = capsys.readouterr().out
    assert "data.key: (masked) -> (masked)" in printed
    assert "bmV3" not in printed
