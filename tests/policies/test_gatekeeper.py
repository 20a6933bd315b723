from __future__ import annotations

from typing import Any

import cdk8s
import pytest
from trees import an_environment

from groundplan.components.policy import components
from groundplan.errors import EnvironmentFileError, GroundplanError
from groundplan.policies.catalogue import RULES


def rendered(**chapters: Any) -> dict[tuple[str, str], dict[str, Any]]:
    environment = an_environment(**chapters)
    component = next(iter(components(environment))).component(cdk8s.App(), environment)
    return {(document["kind"], document["metadata"]["name"]): document for document in component.documents()}


def test_every_admission_rule_has_a_template_and_a_constraint() -> None:
    objects = rendered()

    for rule in RULES.values():
        assert (("ConstraintTemplate", rule.kind.lower()) in objects) is rule.admission
        assert ((rule.kind, rule.name) in objects) is rule.admission


def test_a_constraint_reaches_every_kind_of_workload() -> None:
    kinds = rendered()["ReadOnlyRoot", "read-only-root"]["spec"]["match"]["kinds"]

    assert {kind for entry in kinds for kind in entry["kinds"]} >= {
        "Deployment",
        "StatefulSet",
        "DaemonSet",
        "Job",
        "CronJob",
        "Pod",
    }


def test_the_environment_chooses_how_strict_the_cluster_is() -> None:
    objects = rendered(policy={"enforcement": "dryrun", "excluded_namespaces": ["legacy"]})
    constraint = objects["NoNodePort", "no-node-port"]["spec"]

    assert constraint["enforcementAction"] == "dryrun"
    assert {*constraint["match"]["excludedNamespaces"]} >= {"kube-system", "legacy"}


def test_exemptions_reach_the_cluster() -> None:
    exemption = {
        "rule": "no-node-port", "kind": "Service", "name": "web*", "owner": "store",
        "reason": "the office printer knows no host names", "expires": "2027-01-01",
    }  # fmt: skip

    constraint = rendered(exemptions={"printer": exemption})["NoNodePort", "no-node-port"]

    assert constraint["spec"]["parameters"]["exempt"] == [{"kind": "Service", "prefix": "web"}]


def test_rules_about_cluster_scoped_roles_leave_charts_alone() -> None:
    selector = rendered()["NoWildcardRole", "no-wildcard-role"]["spec"]["match"]["labelSelector"]

    assert selector["matchExpressions"][0]["operator"] == "NotIn"


@pytest.mark.parametrize(
    ("field", "value"), [("reason", "because"), ("owner", ""), ("expires", "soon"), ("rule", "No Node Port")]
)
def test_an_exemption_needs_its_owner_reason_and_end(field: str, value: str) -> None:
    exemption = {
        "rule": "no-node-port", "kind": "Service", "name": "web", "owner": "store",
        "reason": "the office printer knows no host names", "expires": "2027-01-01",
    }  # fmt: skip

    with pytest.raises((EnvironmentFileError, GroundplanError, ValueError), match=field):
        an_environment(exemptions={"printer": {**exemption, field: value}})


def test_the_namespace_an_environment_s_own_argo_cd_lives_in_is_not_judged() -> None:
    delivery = {"repository": {"url": "https://git.example.com/platform"}, "namespace": "argocd-system"}

    constraint = rendered(delivery=delivery)["RequestsAndLimits", "requests-and-limits"]

    assert "argocd-system" in constraint["spec"]["match"]["excludedNamespaces"]
