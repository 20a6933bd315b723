"""Every rule of the catalogue allows its `allow-*.yaml` and refuses its `deny-*.yaml`, under the name of its folder."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from trees import an_environment

from groundplan.checks.policy import compile_rule
from groundplan.model.policy import Exemption
from groundplan.policies.catalogue import RULES
from groundplan.policies.rule import Rule, parameters

CASES = sorted(Path(__file__).parent.glob("*/*.yaml"))
BUILD = {
    "started_by": "web",
    "namespace": "builds",
    "images": {"maven": "build/maven:3.9-17"},
    "resources": {"requests": {"cpu": "1", "memory": "1Gi"}, "limits": {"cpu": "1", "memory": "1Gi"}},
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
