"""What is past the end of its support is found, unless somebody signed for it."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from clusters import a_deployment, a_pod, put_all
from trees import a_context, an_application, an_environment, an_object, inventory, put, put_delivery, write

from groundplan.checks import support
from groundplan.checks.gate import Verdict
from groundplan.checks.support.tables import tables
from groundplan.errors import Severity

TODAY = date(2026, 11, 21)

SIGNED = {
    "rule": "support-models",
    "kind": "Deployment",
    "name": "web",
    "owner": "shop",
    "reason": "The contract names this model until the end of the year.",
    "expires": "2026-12-31",
}


def judge(root: Path, today: date = TODAY, kubernetes: str = "1.35", **exemptions: Any) -> Verdict:
    cluster = {"name": "store", "kubernetes": kubernetes, "node_pools": {}}
    environment = an_environment(cluster=cluster, exemptions=exemptions)
    return support.run(inventory(root), a_context(root, environment), today=today)


def with_image(image: str) -> dict[str, Any]:
    pod = a_pod()
    pod["spec"]["containers"][0]["image"] = image
    return a_deployment(pod=pod)


def with_model(model: str) -> dict[str, Any]:
    pod = a_pod()
    pod["spec"]["containers"][0]["env"] = [{"name": "MODEL", "value": model}]
    return a_deployment(pod=pod)


def a_cloud(kind: str, group: str, spec: dict[str, Any]) -> dict[str, Any]:
    return an_object(kind, "one", f"{group}/v1", spec=spec)


@pytest.mark.parametrize(
    ("document", "rule"),
    [
        (with_image("postgres:14-alpine"), "support.postgres"),
        (with_image("mirror.example.com/library/redis:7.0.4"), "support.redis"),
        (with_image("python:3.12.8-alpine3.21"), "support.images"),
        (with_model("claude-3-haiku-20240307"), "support.models"),
        (an_object("ConfigMap", "web", data={"MODEL": "claude-3-5-sonnet-20241022"}), "support.models"),
        (a_cloud("ManagedCluster", "containerservice.azure.com", {"kubernetesVersion": "1.29"}), "support.kubernetes"),
        (a_cloud("Cluster", "eks.services.k8s.aws", {"version": "1.32"}), "support.kubernetes"),
        (a_cloud("FlexibleServer", "dbforpostgresql.azure.com", {"version": "13"}), "support.postgres"),
        (a_cloud("PublicIPAddress", "network.azure.com", {"sku": {"name": "Basic"}}), "support.cloud"),
        (a_cloud("ApplicationGateway", "network.azure.com", {"sku": {"tier": "WAF"}}), "support.cloud"),
    ],
)
def test_what_has_ended_is_an_error_at_its_place(tmp_path: Path, document: dict[str, Any], rule: str) -> None:
    put_all(tmp_path, document)

    [finding] = judge(tmp_path).findings

    assert (finding.rule, finding.severity) == (rule, Severity.ERROR)


def test_it_says_when_by_which_page_and_what_to_write(tmp_path: Path) -> None:
    put_all(tmp_path, with_image("postgres:14-alpine"))

    [finding] = judge(tmp_path).findings

    assert (
        "support of PostgreSQL 14 ended on 2026-11-12 (https://www.postgresql.org/support/versioning/, read 2026-08-22)"
        in str(finding)
    )
    assert "write 17 at data.<name>.version, or an exemption from support-postgres" in str(finding)


def test_a_chart_that_nobody_keeps_is_found(tmp_path: Path) -> None:
    source = {"chart": "ingress-nginx", "repoURL": "https://charts.example.com", "targetRevision": "4.15.1"}
    put_delivery(tmp_path, an_application("ingress-nginx", source=source))

    assert {finding.rule for finding in judge(tmp_path).findings} == {"support.charts"}


def test_a_runner_that_is_gone_is_found_at_its_line(tmp_path: Path) -> None:
    write(tmp_path, "dist/store/pipelines/.github/workflows/ci.yml", "jobs:\n  a:\n    runs-on: ubuntu-20.04\n")

    [finding] = judge(tmp_path).findings

    assert (finding.rule, finding.location.line) == ("support.pipelines", 3)


def test_a_cluster_that_nobody_renders_is_held_to_kubernetes_itself(tmp_path: Path) -> None:
    [finding] = judge(tmp_path, kubernetes="1.32").findings

    assert (finding.rule, finding.location.file) == ("support.kubernetes", "environments/store/prod.yaml")


@pytest.mark.parametrize(
    ("today", "severity"),
    [
        (date(2028, 8, 10), None),
        (date(2028, 8, 12), Severity.WARNING),
        (date(2028, 11, 9), Severity.WARNING),
        (date(2028, 11, 10), Severity.ERROR),
    ],
)
def test_the_day_decides(tmp_path: Path, today: date, severity: Severity | None) -> None:
    put_all(tmp_path, with_image("postgres:16"))

    found = [item.severity for item in judge(tmp_path, today).findings if item.rule == "support.postgres"]

    assert found == ([severity] if severity else [])


def test_who_signed_is_let_off(tmp_path: Path) -> None:
    put_all(tmp_path, with_model("claude-3-haiku-20240307"))

    assert judge(tmp_path, model=SIGNED).findings == ()


def test_until_the_day_that_was_signed(tmp_path: Path) -> None:
    put_all(tmp_path, with_model("claude-3-haiku-20240307"))

    errors = [
        item for item in judge(tmp_path, date(2027, 1, 1), model=SIGNED).findings if item.severity == Severity.ERROR
    ]

    assert {item.rule for item in errors} == {"support.models", "exemption.expired"}


def test_a_signature_that_nobody_needs_is_found(tmp_path: Path) -> None:
    put_all(tmp_path, with_model("claude-opus-5"))

    assert {finding.rule for finding in judge(tmp_path, model=SIGNED).findings} == {"exemption.unused"}


def test_a_version_without_a_row_is_not_judged(tmp_path: Path) -> None:
    put_all(tmp_path, with_model("claude-next-1"))

    verdict = judge(tmp_path)

    assert [finding.severity for finding in verdict.findings] == [Severity.NOT_JUDGED]
    assert verdict.not_judged[0].count == 1


def test_what_goes_on_is_no_finding(tmp_path: Path) -> None:
    put(tmp_path, with_image("postgres:17-alpine"))

    assert judge(tmp_path).findings == ()


def test_every_table_says_where_its_days_were_read_and_when() -> None:
    for table in tables():
        assert table.source.startswith("https://")
        assert table.read_at.startswith("https://")
        assert date(2026, 8, 1) <= table.read <= TODAY
        assert table.unread <= table.ends.keys(), table.name
