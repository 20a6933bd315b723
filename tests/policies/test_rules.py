"""Every rule of the catalogue allows its `allow-*.yaml` and refuses its `deny-*.yaml`, under the name of its folder."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from trees import an_environment

from groundplan.checks.policy import PolicyError, Program, compile_rule
from groundplan.model.policy import Exemption
from groundplan.policies.catalogue import RULES
from groundplan.policies.rule import Rule, parameters

CASES = sorted(Path(__file__).parent.glob("*/*.yaml"))
BUILD = {
    "started_by": "web",
    "namespace": "builds",
    "images": {"maven": "build/maven:3.9-17"},
    "resources": {"requests": {"cpu": "1", "memory": "1Gi"}, "limits": {"cpu": "1", "memory": "1Gi"}},
    "mounts": {"files": {"path": "/project", "store": "uploads", "sees": "PROJECT"}},
}
ENVIRONMENT = an_environment(
    jobs={"build": BUILD},
    policy={
        "registries": {"own": "registry.example.com/", "library": "docker.io/library/"},
        "load_balancers": {"shop/edge": "the way in of devices"},
    },
)


def refusal(case: Path, exemptions: dict[str, Exemption] | None = None) -> str:
    rule = RULES[case.parent.name]
    document = yaml.safe_load(case.read_text())
    assert (document["apiVersion"].rpartition("/")[0], document["kind"]) in rule.kinds
    return compile_rule(rule).refusal(document, parameters(rule, ENVIRONMENT, exemptions or {}))


@pytest.mark.parametrize(
    "case",
    [case for case in CASES if case.stem.startswith("allow-")],
    ids=lambda case: f"{case.parent.name}-{case.stem}",
)
def test_allows(case: Path) -> None:
    assert refusal(case) == ""


@pytest.mark.parametrize(
    "case",
    [case for case in CASES if case.stem.startswith("deny-")],
    ids=lambda case: f"{case.parent.name}-{case.stem}",
)
def test_refuses_and_says_what_to_write(case: Path) -> None:
    message = refusal(case)

    assert RULES[case.parent.name].title in message
    assert message.endswith(RULES[case.parent.name].advice)


@pytest.mark.parametrize("rule", RULES)
def test_no_rule_without_a_case_it_allows_and_one_it_refuses(rule: str) -> None:
    words = {case.stem.partition("-")[0] for case in CASES if case.parent.name == rule}

    assert words == {"allow", "deny"}


def test_every_folder_of_cases_is_a_rule() -> None:
    assert {case.parent.name for case in CASES} == set(RULES)


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.name)
def test_texts_keep_to_what_every_supported_cluster_evaluates(rule: Rule) -> None:
    texts = " ".join([*rule.all_variables.values(), rule.expression, rule.message])

    for newer in (
        ".?",
        "orValue",
        "optional.",
        "cel.bind",
        "sets.",
        "quantity(",
        "format(",
        ".replace(",
        ".substring(",
    ):
        assert newer not in texts


@pytest.mark.parametrize(
    ("kind", "name", "covered"),
    [("Deployment", "web", True), ("Deployment", "web-2", False), ("Pod", "web-5d9f-x7", True), ("Pod", "wet", False)],
)
def test_an_exemption_covers_the_object_and_the_pods_it_makes(kind: str, name: str, covered: bool) -> None:
    exemption = Exemption(
        rule="read-only-root",
        kind="Deployment",
        name="web",
        namespace="shop",
        owner="store",
        reason="writes its cache beside the program",
        expires="2030-01-01",
    )
    rule = RULES["read-only-root"]
    spec = {"containers": [{"name": "web"}]}
    document = {
        "kind": kind,
        "metadata": {"name": name, "namespace": "shop"},
        "spec": spec if kind == "Pod" else {"template": {"spec": spec}},
    }

    message = compile_rule(rule).refusal(document, parameters(rule, ENVIRONMENT, {"cache": exemption}))

    assert (message == "") is covered


class Counting:
    """A compiled expression that counts how often it is evaluated."""

    def __init__(self, program: Any) -> None:
        self.program, self.asked = program, 0

    def eval(self, **variables: Any) -> Any:
        self.asked += 1
        return self.program.eval(**variables)


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_an_object_is_handed_over_once_however_many_variables_a_rule_has(rule: Rule) -> None:
    case = next(case for case in CASES if case.parent.name == rule.name and case.stem.startswith("deny-"))
    counting = Counting(compile_rule(rule).verdict)

    refused = Program(counting).refusal(yaml.safe_load(case.read_text()), parameters(rule, ENVIRONMENT, {}))

    assert (bool(refused), counting.asked) == (True, 1)


@pytest.mark.parametrize(
    ("part", "change"), [("wrong", {"variables": {"wrong": "object."}}), ("message", {"title": "'"})]
)
def test_a_part_that_does_not_compile_is_named(part: str, change: dict[str, Any]) -> None:
    rule = replace(next(iter(RULES.values())), **change)

    with pytest.raises(PolicyError, match=rf"^{rule.name}\.{part} does not compile"):
        compile_rule(rule)
