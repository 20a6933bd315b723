from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from trees import a_context, an_environment, an_object, inventory, put, write

from groundplan.checks.policy import run
from groundplan.errors import Finding
from groundplan.policies.catalogue import RULES

TODAY = date(2026, 11, 21)
NODE_PORT = an_object(
    "Service",
    "web",
    metadata={
        "labels": {f"app.kubernetes.io/{name}": "x" for name in ("component", "instance", "managed-by", "part-of")}
    },
    spec={"type": "NodePort"},
)
EXEMPTION = {
    "rule": "no-node-port", "kind": "Service", "name": "web", "namespace": "shop", "owner": "store",
    "reason": "the office printer knows no host names", "expires": "2027-01-01",
}  # fmt: skip


def judge(root: Path, *documents: dict[str, Any], **exemptions: dict[str, Any]) -> tuple[Finding, ...]:
    for document in documents:
        put(root, document)
    text = "".join(f"  {name}: {{rule: {item['rule']}}}\n" for name, item in exemptions.items())
    write(root, "environments/store/exemptions.yaml", f"exemptions:\n{text}")
    context = a_context(root, an_environment(exemptions=exemptions))
    verdict = run(inventory(root), context, today=TODAY)
    assert verdict.judged == len(documents)
    return verdict.findings


def test_a_broken_rule_is_found_with_its_line(tmp_path: Path) -> None:
    (finding,) = judge(tmp_path, NODE_PORT)

    assert finding.rule == "policy.no-node-port"
    assert finding.location.line == 11
    assert "type NodePort; use type ClusterIP behind an Ingress" in str(finding)


def test_an_exemption_lets_off(tmp_path: Path) -> None:
    assert judge(tmp_path, NODE_PORT, printer=EXEMPTION) == ()


def test_an_exemption_of_another_object_does_not_let_off(tmp_path: Path) -> None:
    rules = {finding.rule for finding in judge(tmp_path, NODE_PORT, printer={**EXEMPTION, "name": "wep"})}

    assert rules == {"policy.no-node-port", "exemption.unused"}


def test_an_expired_exemption_is_found_and_lets_nobody_off(tmp_path: Path) -> None:
    findings = judge(tmp_path, NODE_PORT, printer={**EXEMPTION, "expires": "2026-11-20"})

    assert {finding.rule for finding in findings} == {"policy.no-node-port", "exemption.expired"}


def test_an_exemption_holds_on_its_last_day(tmp_path: Path) -> None:
    assert judge(tmp_path, NODE_PORT, printer={**EXEMPTION, "expires": "2026-11-21"}) == ()


def test_an_exemption_nobody_needs_is_found_where_it_stands(tmp_path: Path) -> None:
    (finding,) = judge(tmp_path, printer=EXEMPTION)

    assert finding.rule == "exemption.unused"
    assert str(finding.location) == "environments/store/exemptions.yaml:2:3"


def test_an_exemption_of_everybody_stands_in_the_defaults_and_is_needed_by_somebody(tmp_path: Path) -> None:
    write(tmp_path, "environments/defaults.yaml", f"exemptions:\n  printer: {{rule: {EXEMPTION['rule']}}}\n")

    (finding,) = judge(tmp_path, printer=EXEMPTION)

    assert str(finding.location) == "environments/defaults.yaml:2:3"


def test_whether_everybody_needs_an_exemption_is_not_asked_of_a_part(tmp_path: Path) -> None:
    write(tmp_path, "environments/defaults.yaml", f"exemptions:\n  printer: {{rule: {EXEMPTION['rule']}}}\n")
    everything = a_context(tmp_path, an_environment(exemptions={"printer": EXEMPTION}))

    verdict = run(inventory(tmp_path), replace(everything, selected=("store/prod",)), today=TODAY)

    assert verdict.findings == ()


def test_an_exemption_of_an_unknown_rule_is_found(tmp_path: Path) -> None:
    (finding,) = judge(tmp_path, printer={**EXEMPTION, "rule": "no-node-prot"})

    assert (finding.rule, finding.advice) == ("exemption.unknown-rule", "did you mean `no-node-port`?")


def test_a_rule_that_does_not_compile_closes_the_gate(tmp_path: Path) -> None:
    put(tmp_path, NODE_PORT)
    broken = replace(RULES["no-node-port"], offenders="object.spec.(")

    verdict = run(inventory(tmp_path), a_context(tmp_path), today=TODAY, rules={"no-node-port": broken})

    assert [finding.rule for finding in verdict.findings] == ["policy.compile"]


def test_an_object_a_rule_cannot_read_is_found(tmp_path: Path) -> None:
    findings = judge(tmp_path, an_object("HorizontalPodAutoscaler", "h", "autoscaling/v2", spec={}))

    assert "cannot be judged" in str(findings[0])
