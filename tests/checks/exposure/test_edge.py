from pathlib import Path
from typing import Any

import pytest
from trees import a_context, an_environment, an_object, put

from groundplan.checks.exposure import run
from groundplan.checks.inventory import read_inventory
from groundplan.errors import Finding

Json = dict[str, Any]

CLOSED = {"nginx.ingress.kubernetes.io/denylist-source-range": "0.0.0.0/0,::/0"}
FIXED = {"alb.ingress.kubernetes.io/actions.closed": '{"type":"fixed-response"}'}


def an_ingress(name: str, path: str, service: str = "web", port: Json | None = None, **annotations: str) -> Json:
    backend = {"service": {"name": service, "port": port or {"number": 8080}}}
    rules = [
        {"host": "shop.example.com", "http": {"paths": [{"path": path, "pathType": "Prefix", "backend": backend}]}}
    ]
    return an_object(
        "Ingress", name, "networking.k8s.io/v1", metadata={"annotations": annotations}, spec={"rules": rules}
    )


def judge(root: Path, *ingresses: Json, metrics: str = "http", host: str = "shop.example.com") -> tuple[Finding, ...]:
    """A Service with two ports, one of them scraped, behind `ingresses`."""
    ports = [{"name": "http", "port": 8080}, {"name": "metrics", "port": 9090}]
    endpoints = [{"port": metrics, "path": "/metrics"}]
    chosen = {"matchLabels": {"app": "web"}}
    for document in (
        an_object("Service", "web", metadata={"labels": {"app": "web"}}, spec={"ports": ports}),
        an_object(
            "ServiceMonitor", "web", "monitoring.coreos.com/v1", spec={"selector": chosen, "endpoints": endpoints}
        ),
        *ingresses,
    ):
        put(root, document)
    environment = an_environment(hosts={"web": host})
    return run(read_inventory(root), a_context(root, environment)).findings


def rules(findings: tuple[Finding, ...]) -> list[str]:
    return sorted(finding.rule.removeprefix("exposure.") for finding in findings)


def test_metrics_below_a_public_path_are_found(tmp_path: Path) -> None:
    assert rules(judge(tmp_path, an_ingress("web", "/"))) == ["metrics"]


def test_metrics_on_a_port_of_their_own_are_fine(tmp_path: Path) -> None:
    assert judge(tmp_path, an_ingress("web", "/"), metrics="metrics") == ()


def test_metrics_beside_the_public_path_are_fine(tmp_path: Path) -> None:
    assert judge(tmp_path, an_ingress("web", "/api")) == ()


@pytest.mark.parametrize(
    "refusal",
    [
        an_ingress("closed", "/metrics", **CLOSED),
        an_ingress("closed", "/metrics", "closed", {"name": "use-annotation"}, **FIXED),
    ],
    ids=["denied by the controller", "answered by the load balancer"],
)
def test_metrics_that_everybody_is_refused_are_fine(tmp_path: Path, refusal: Json) -> None:
    assert judge(tmp_path, an_ingress("web", "/"), refusal) == ()


def test_a_host_that_nobody_declared_is_found(tmp_path: Path) -> None:
    assert rules(judge(tmp_path, an_ingress("web", "/api"), host="other.example.com")) == ["host"]


def test_a_page_that_administers_something_is_found(tmp_path: Path) -> None:
    assert rules(judge(tmp_path, an_ingress("argo", "/argo", "argocd-server"))) == ["admin"]


def test_a_listener_below_tls_1_2_is_found(tmp_path: Path) -> None:
    annotations = {
        "alb.ingress.kubernetes.io/scheme": "internet-facing",
        "alb.ingress.kubernetes.io/ssl-policy": "ELBSecurityPolicy-2016-08",
        "alb.ingress.kubernetes.io/listen-ports": '[{"HTTP":80}]',
    }

    found = rules(judge(tmp_path, an_ingress("web", "/api", **annotations)))
    assert [rule for rule in found if rule != "name"] == ["tls", "tls"]
