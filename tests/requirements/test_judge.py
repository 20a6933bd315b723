"""Judging: evidence holds on the right tree, fails on the wrong and on the empty one, and says why."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from requirement_items import item, quota

from groundplan.requirements import tree
from groundplan.requirements.catalogue import LoadedCatalogue
from groundplan.requirements.judge import Status, judge
from groundplan.requirements.tree import Tree

Write = Callable[[str], LoadedCatalogue]
CPU = "object.spec.hard['requests.cpu'] == '50'"
HOLDS = f'[{{environment: prod, select: {{kind: ResourceQuota, name: quota}}, expect: "{CPU}"}}]'


def test_holds_on_the_tree_it_describes(catalogue: Write, rendered: Callable[..., Tree]) -> None:
    (result,) = judge(catalogue(item(HOLDS)), rendered(quota()))

    assert result.status is Status.MET


def test_fails_on_an_empty_tree(catalogue: Write) -> None:
    (result,) = judge(catalogue(item(HOLDS)), Tree.nothing())

    assert "[prod] ResourceQuota quota selects nothing; make the environment render it" in str(result.findings[0])


def test_names_the_object_the_expression_and_the_value(catalogue: Write, rendered: Callable[..., Tree]) -> None:
    (result,) = judge(catalogue(item(HOLDS)), rendered(quota("40")))

    assert str(result.findings[0]).startswith(
        "environments/shop/requirements.yaml:9:14: SHP-1: [prod] ResourceQuota shop/quota: "
        f'`{CPU}` is false (spec.hard.requests.cpu is "40")'
    )


def test_holds_for_every_selected_object(catalogue: Write, rendered: Callable[..., Tree]) -> None:
    loaded = catalogue(item(f'[{{environment: prod, select: {{kind: ResourceQuota}}, expect: "{CPU}"}}]'))

    (result,) = judge(loaded, rendered(quota(), quota("40", "small")))

    assert [finding.message.partition(":")[0] for finding in result.findings] == ["[prod] ResourceQuota shop/small"]


def test_holds_in_every_environment_it_names(catalogue: Write, rendered: Callable[..., Tree]) -> None:
    loaded = catalogue(item(HOLDS.replace("prod", "all")))

    (result,) = judge(loaded, rendered(quota()))

    assert [finding.message for finding in result.findings] == ["[test] ResourceQuota quota selects nothing"]


def test_wants_each_name_of_a_list(catalogue: Write, rendered: Callable[..., Tree]) -> None:
    loaded = catalogue(item("[{environment: prod, select: {kind: ResourceQuota, name: [quota, small]}}]"))

    (result,) = judge(loaded, rendered(quota()))

    assert "(missing: small) selects 1, 2 or more are needed" in result.findings[0].message


def test_picks_by_value(catalogue: Write, rendered: Callable[..., Tree]) -> None:
    loaded = catalogue(item(f'[{{environment: prod, select: {{kind: ResourceQuota, where: "{CPU}"}}, at_most: 1}}]'))

    (result,) = judge(loaded, rendered(quota(), quota("40", "small")))

    assert result.status is Status.MET


def test_counts_what_must_not_be_there(catalogue: Write, rendered: Callable[..., Tree]) -> None:
    loaded = catalogue(item("[{environment: prod, select: {kind: ResourceQuota}, at_most: 1}]"))

    (result,) = judge(loaded, rendered(quota(), quota("40", "small")))

    assert "selects 2, at most 1 may exist, such as ResourceQuota shop/small" in result.findings[0].message


@pytest.mark.parametrize(
    ("name", "text", "expression"),
    [
        ("ci.yml", "on: {push: {branches: [main]}}\n", "object.on.push.branches == ['main']"),
        ("env.yaml", "slo: {goal: 99.9}\n", "object.slo.goal == 99.9"),
        ("ci.json", '{"a": [1]}', "object.a == [1]"),
        ("runbook.md", "# Failover\n1. Promote.\n", "text.contains('Promote')"),
    ],
)
def test_reads_workflows_data_and_prose(
    catalogue: Write, shop: Path, rendered: Callable[..., Tree], name: str, text: str, expression: str
) -> None:
    (shop / name).write_text(text)
    loaded = catalogue(item(f'[{{select: {{file: {name}}}, expect: "{expression}"}}]', met_by="document"))

    (result,) = judge(loaded, rendered())

    assert result.status is Status.MET


def test_says_which_file_is_missing(catalogue: Write, rendered: Callable[..., Tree]) -> None:
    (result,) = judge(catalogue(item("[{select: {file: runbook.md}}]", met_by="document")), rendered())

    assert result.findings[0].message == "runbook.md does not exist"


def test_a_deviation_still_needs_its_evidence(catalogue: Write, rendered: Callable[..., Tree]) -> None:
    deviation = "  deviation: {reason: the figure is impossible, instead: another figure is used}\n"

    (kept,) = judge(catalogue(item(HOLDS) + deviation), rendered(quota()))
    (broken,) = judge(catalogue(item(HOLDS) + deviation), rendered(quota("40")))

    assert (kept.status, broken.status) == (Status.DEVIATION, Status.FAILING)


def test_the_application_meets_what_the_platform_cannot(catalogue: Write, rendered: Callable[..., Tree]) -> None:
    (result,) = judge(catalogue(item(HOLDS, met_by="application")), rendered(quota()))

    assert result.status is Status.APPLICATION


def swapped(loaded: LoadedCatalogue) -> LoadedCatalogue:
    """The catalogue after `test` has taken over from `prod`."""
    return replace(loaded, sides={"prod": "test", "test": "prod"})


def test_after_a_failover_either_side_shows_it_for_the_other(catalogue: Write, rendered: Callable[..., Tree]) -> None:
    loaded = catalogue(item(HOLDS.replace("prod", "test")))

    before, after = judge(loaded, rendered(quota())), judge(swapped(loaded), rendered(quota()))

    assert [result.status for result in (*before, *after)] == [Status.FAILING, Status.MET]


def test_what_neither_side_shows_after_a_failover_is_asked_of_the_named_one(catalogue: Write) -> None:
    (result,) = judge(swapped(catalogue(item(HOLDS))), Tree.nothing())

    assert [finding.message for finding in result.findings] == ["[prod] ResourceQuota quota selects nothing"]


def test_what_is_not_so_after_a_failover_is_asked_before_it_alone(catalogue: Write) -> None:
    loaded = catalogue(item(HOLDS.replace("{environment", "{after_failover: false, environment", 1)))

    before, after = judge(loaded, Tree.nothing()), judge(swapped(loaded), Tree.nothing())

    assert [len(result.findings) for result in (*before, *after)] == [1, 0]


def test_what_only_a_leading_side_has_is_not_asked_while_copies_go_the_other_way(catalogue: Write) -> None:
    loaded = catalogue(item(HOLDS.replace("{environment", "{on_the_way_back: false, environment", 1)))
    turned = replace(loaded, turned=frozenset({"prod", "test"}))

    before, between = judge(loaded, Tree.nothing()), judge(turned, Tree.nothing())

    assert [len(result.findings) for result in (*before, *between)] == [1, 0]


def test_an_object_is_handed_over_once_however_much_evidence_looks_at_it(
    catalogue: Write, rendered: Callable[..., Tree], monkeypatch: pytest.MonkeyPatch
) -> None:
    handed_over = []
    give = tree.given
    monkeypatch.setattr(tree, "given", lambda **variables: handed_over.append(variables["object"]) or give(**variables))
    loaded = catalogue(
        item(
            "[{environment: prod, select: {kind: ResourceQuota, where: 'has(object.spec)'}, "
            f'expect: "has(object.spec.hard) && {CPU}"}}, '
            "{environment: prod, select: {kind: ResourceQuota}, expect: \"object.kind == 'ResourceQuota'\"}]"
        )
    )

    (result,) = judge(loaded, rendered(quota()))

    assert (result.status, len(handed_over)) == (Status.MET, 1)
