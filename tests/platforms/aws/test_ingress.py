"""The way in from outside by a load balancer of AWS."""

from __future__ import annotations

import pytest
from tests.support.rendering import Json, an_environment, rendered, the

RESOURCES = "resources: {requests: {cpu: 100m, memory: 128Mi}, limits: {cpu: 1, memory: 1Gi}}"
SHOP = f"""
services:
  web: {{image: 'web:1.0', port: 8080, {RESOURCES}}}
  api: {{image: 'api:1.0', port: 9090, {RESOURCES}}}
ingress:
  type: alb
expose: {{www: {{routes: {{/: web, /api: api}}, health: /alive}}}}
hosts: {{www: www.shop.example}}
"""
ALB = "alb.ingress.kubernetes.io"
DNS = "external-dns.alpha.kubernetes.io"


def ingress(*overlays: str) -> Json:
    return the(rendered(an_environment(SHOP, *overlays), "ingress"), "Ingress", "www-shop-example")


def annotations(*overlays: str) -> dict[str, str]:
    found: dict[str, str] = ingress(*overlays)["metadata"]["annotations"]
    return found


def test_the_load_balancer_listens_to_nothing_but_https() -> None:
    assert annotations()[f"{ALB}/listen-ports"] == '[{"HTTPS":443}]'


def test_the_load_balancer_faces_the_internet_and_reaches_pods_directly() -> None:
    found = annotations()

    assert (found[f"{ALB}/scheme"], found[f"{ALB}/target-type"]) == ("internet-facing", "ip")


def test_each_host_is_checked_on_its_own_path() -> None:
    assert annotations()[f"{ALB}/healthcheck-path"] == "/alive"


def test_the_load_balancer_wears_the_security_group_of_the_network() -> None:
    assert annotations()[f"{ALB}/security-groups"] == "shop-alb"


def test_its_certificate_is_found_by_the_name_of_the_host() -> None:
    assert ingress()["spec"]["tls"] == [{"hosts": ["www.shop.example"]}]


def test_longer_paths_come_first_and_lead_to_the_ports_of_their_services() -> None:
    paths = ingress()["spec"]["rules"][0]["http"]["paths"]

    backends = [(path["path"], path["backend"]["service"]) for path in paths]
    assert backends == [
        ("/metrics", {"name": "closed", "port": {"name": "use-annotation"}}),
        ("/api", {"name": "api", "port": {"number": 9090}}),
        ("/", {"name": "web", "port": {"number": 8080}}),
    ]


def test_without_recovery_there_is_one_record() -> None:
    found = annotations()

    assert found[f"{DNS}/hostname"] == "www.shop.example"
    assert f"{DNS}/set-identifier" not in found


@pytest.mark.parametrize(("role", "side"), [("primary", "PRIMARY"), ("standby", "SECONDARY")])
def test_with_a_standby_the_healthy_primary_wins(role: str, side: str) -> None:
    found = annotations(f"recovery: {{role: {role}, peer: other, rto: 4h, rpo: 30m}}")

    assert found[f"{DNS}/aws-failover"] == side
    assert found[f"{DNS}/aws-evaluate-target-health"] == "true"


def test_own_annotations_have_the_last_word() -> None:
    found = annotations(f"ingress: {{annotations: {{{ALB}/success-codes: '200,204'}}}}")

    assert found[f"{ALB}/success-codes"] == "200,204"


def test_an_environment_of_the_cluster_alone_lets_nobody_in() -> None:
    assert rendered(an_environment(SHOP, "role: cluster"), "ingress") == []
