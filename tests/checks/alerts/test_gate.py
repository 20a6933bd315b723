"""What the alerts gate says of one environment in which one thing about one alert is wrong."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from groundplan.checks.alerts import promtool, run
from groundplan.checks.gate import Context, Verdict
from groundplan.checks.inventory import Inventory
from groundplan.checks.runner import read
from groundplan.errors import Severity

Json = dict[str, Any]
Change = Callable[[Json], object]

SCOPE = "auto-builder/dev"
FILE = "PrometheusRule-promised.yaml"
SICK = 'kube_node_status_condition{condition="Ready",status="true"} == 0'
PROMTOOL = promtool.found(Path(__file__).resolve().parents[3])
needs_promtool = pytest.mark.skipif(PROMTOOL is None, reason="promtool is not installed: no alert was tried")


@pytest.fixture(scope="module")
def part(repository: Path) -> tuple[Inventory, Context]:
    inventory, context = read(repository)
    objects = tuple(item for item in inventory if item.scope == SCOPE)
    return Inventory(repository, objects, ()), Context(repository, {SCOPE: context.environments[SCOPE]})


def judged(part: tuple[Inventory, Context], alert: str, change: Change) -> Verdict:
    """The gate's verdict where one alert of the environment's own is changed."""
    inventory, context = part
    objects = []
    for item in inventory:
        if item.path.endswith(FILE):
            document = copy.deepcopy(dict(item.document))
            change(next(rule for rule in document["spec"]["groups"][0]["rules"] if rule["alert"] == alert))
            item = replace(item, document=document)
        objects.append(item)
    return run(Inventory(inventory.root, tuple(objects), ()), context)


def rules(verdict: Verdict) -> list[str]:
    return sorted({finding.rule for finding in verdict.findings})


@needs_promtool
def test_what_is_rendered_is_whole(part: tuple[Inventory, Context]) -> None:
    assert rules(judged(part, "RunFailed", lambda rule: None)) == []


@needs_promtool
@pytest.mark.parametrize(
    ("alert", "change", "expected"),
    [
        ("RunTooSlow", {"expr": 'max(autobuilder_run_running_seconds{namespace="auto-builder"}) < 1800'}, "loud"),
        ("RunTooSlow", {"expr": 'max(autobuilder_run_running_seconds{namespace="auto-builder"}) > 2800'}, "mute"),
        ("RunTooSlow", {"labels": {"severity": "nobody's"}}, "unrouted"),
        ("RunTooSlow", {"expr": "vector(1) and on () group_left () vector(1)"}, "promtool"),
    ],
)
def test_an_alert_that_does_not_do_as_its_trial_says_is_found(
    part: tuple[Inventory, Context], alert: str, change: Json, expected: str
) -> None:
    assert f"alerts.{expected}" in rules(judged(part, alert, lambda rule: rule.update(change)))


@needs_promtool
def test_a_rule_that_cannot_be_evaluated_is_named_and_the_others_are_tried(part: tuple[Inventory, Context]) -> None:
    twice = (
        f"label_replace({SICK}, 'service', '{name}', '', '')" for name in "ab"
    )  # the rule writes one service over both
    verdict = judged(part, "NodeNotReady", lambda rule: rule.update(expr=" or ".join(twice)))

    assert rules(verdict) == ["alerts.unevaluated"]
    assert all("NodeNotReady" in finding.message for finding in verdict.findings)


def test_an_alert_without_a_trial_is_a_warning(part: tuple[Inventory, Context]) -> None:
    verdict = judged(part, "RunFailed", lambda rule: rule["annotations"].update(summary="another"))

    found = [finding for finding in verdict.findings if finding.rule == "alerts.untried"]
    assert [finding.severity for finding in found] == [Severity.WARNING]
    assert "nothing says when RunFailed fires" in found[0].message


def test_a_trial_in_series_that_nothing_exposes_is_found(part: tuple[Inventory, Context]) -> None:
    inventory, context = part
    environment = context.environments[SCOPE]
    told = environment.observability
    trial = told.alerts["RunFailed"].trial
    assert trial is not None
    wrong = [
        trial.model_copy(update={"silent": {"autobuilder_run_total": 3}}),
        trial.model_copy(update={"silent": {'autobuilder_runs_total{how="failed"}': 3}}),
    ]
    messages = []
    for one in wrong:
        alerts = told.alerts | {"RunFailed": told.alerts["RunFailed"].model_copy(update={"trial": one})}
        changed = environment.model_copy(update={"observability": told.model_copy(update={"alerts": alerts})})
        verdict = run(inventory, Context(context.root, {SCOPE: changed}))
        messages += [(one.message, one.advice) for one in verdict.findings if one.rule == "alerts.sample"]

    assert messages[0] == (
        "the trial of RunFailed shows `autobuilder_run_total`, which nothing that is scraped exposes",
        "did you mean `autobuilder_runs_total`?",
    )
    assert "nothing exposes it with such how" in messages[1][0]


def test_without_promtool_it_says_how_many_were_not_tried(
    part: tuple[Inventory, Context], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(promtool, "found", lambda root: None)

    verdict = run(*part)

    assert verdict.judged == 0
    assert [(one.count, one.declared) for one in verdict.not_judged] == [(66, True)]
    assert "promtool is not on PATH" in verdict.not_judged[0].reason
