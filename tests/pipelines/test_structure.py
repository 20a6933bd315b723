"""Workflows that GitHub would refuse or misread are found before they are written."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest

from groundplan.errors import ManifestError
from groundplan.pipelines.structure import problems
from groundplan.synth.system_files import refuse_broken

Json = dict[str, Any]

CHECKOUT = "actions/checkout@" + "a" * 40

SOUND: Json = {
    "name": "CI",
    "on": {"push": {}},
    "permissions": {"contents": "read"},
    "jobs": {
        "test": {
            "runs-on": "ubuntu-latest",
            "timeout-minutes": 5,
            "steps": [{"uses": CHECKOUT}, {"id": "say", "run": "echo hello"}],
            "outputs": {"said": "${{ steps.say.outputs.said }}"},
        },
        "build": {
            "runs-on": "ubuntu-latest",
            "timeout-minutes": 5,
            "needs": ["test"],
            "if": "github.event_name == 'push' && needs.test.outputs.said != 'it''s off'",
            "steps": [{"run": "echo $SHA", "env": {"SHA": "${{ github.sha }}"}}],
        },
    },
}


def test_a_sound_workflow_has_no_problems() -> None:
    assert list(problems(SOUND)) == []


def _job(workflow: Json) -> Json:
    job: Json = workflow["jobs"]["build"]
    return job


@pytest.mark.parametrize(
    ("breakage", "where", "what"),
    [
        (lambda it: it.pop("permissions"), "permissions", "is missing"),
        (lambda it: _job(it).pop("timeout-minutes"), "jobs.build.timeout-minutes", "is missing"),
        (lambda it: _job(it).update(needs=["tests"]), "jobs.build.needs", "there is no job `tests`"),
        (lambda it: it["jobs"]["test"].update(needs="build"), "jobs.build.needs", "can never run"),
        (lambda it: it["jobs"].update({"1st": _job(it)}), "jobs.1st", "is not a job id"),
        (lambda it: _job(it)["steps"][0].update(uses=CHECKOUT), "jobs.build.steps[0]", "exactly one of uses and run"),
        (lambda it: it["jobs"]["test"]["steps"][0].update(uses="actions/checkout@v4"),
         "jobs.test.steps[0].uses", "`actions/checkout@v4` is not pinned by commit"),
        (lambda it: _job(it)["steps"][0].update(run="echo ${{ github.event.issue.title }}"),
         "jobs.build.steps[0].run", "text that others choose"),
        (lambda it: _job(it)["steps"][0].update(run="echo ${{ github.sha"), "workflow", "does not close"),
        (lambda it: _job(it).update({"if": "(github.ref == 'x'"}), "jobs.build.if", "unbalanced"),
        (lambda it: _job(it).update({"if": "github.ref == 'x"}), "jobs.build.if", "unbalanced"),
        (lambda it: _job(it).update({"if": "git.ref == 'x'"}), "jobs.build.if", "no context `git`"),
        (lambda it: _job(it).update({"if": "needs.lint.result == 'x'"}), "jobs.build.if", "not among its needs"),
        (lambda it: _job(it)["steps"][0]["env"].update(X="${{ steps.later.outputs.x }}"),
         "jobs.build.steps[0].env", "does not come before it"),
        (lambda it: it["jobs"]["test"]["steps"].append({"id": "say", "run": "true"}),
         "jobs.test.steps[2].id", "stands twice"),
    ],
)  # fmt: skip
def test_finds_what_is_wrong(breakage: Callable[[Json], object], where: str, what: str) -> None:
    workflow = copy.deepcopy(SOUND)

    breakage(workflow)

    assert any(place == where and what in text for place, text in problems(workflow)), list(problems(workflow))


def test_a_broken_workflow_is_not_written() -> None:
    workflow = copy.deepcopy(SOUND)
    _job(workflow)["needs"] = ["tests"]

    with pytest.raises(ManifestError, match=r"ci.yml: CI: jobs.build.needs: there is no job `tests`$"):
        refuse_broken(workflow, "ci.yml")
