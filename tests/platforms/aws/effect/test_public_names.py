"""A public host has a record, a zone that its registrar knows, and a certificate where it is served."""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from trees import a_context, an_application, an_environment, an_object, inventory, put, put_delivery, write

from groundplan.checks.exposure import run

Json = dict[str, Any]

ACK = "services.k8s.aws/v1alpha1"
HERE = {"annotations": {"services.k8s.aws/region": "here"}}
PAGE = "get hostedzones zone --output 'jsonpath={.nameServers}'\nget certificates www --output 'jsonpath={.domainValidations}'\n"
ALB = "alb.ingress.kubernetes.io"
OPEN = {
    f"{ALB}/scheme": "internet-facing",
    f"{ALB}/ssl-policy": "ELBSecurityPolicy-TLS13-1-2-2021-06",
    f"{ALB}/listen-ports": '[{"HTTPS":443}]',
}


def tree() -> dict[str, Json]:
    rules = [{"host": "shop.example.com", "http": {"paths": []}}]
    return {
        "ingress": an_object(
            "Ingress", "www", "networking.k8s.io/v1", metadata={"annotations": OPEN}, spec={"rules": rules}
        ),
        "zone": an_object(
            "HostedZone", "zone", f"route53.{ACK}", namespace="store-prod", spec={"name": "example.com."}
        ),
        "certificate": an_object(
            "Certificate",
            "www",
            f"acm.{ACK}",
            namespace="store-prod",
            metadata=HERE,
            spec={"domainName": "shop.example.com"},
        ),
    }


WRITER = {"sources": ["ingress"], "domainFilters": ["example.com"]}


def judge(root: Path, objects: dict[str, Json], *, page: str = PAGE, **values: Any) -> list[str]:
    """What is said about names."""
    write(root, "docs/systems/store/bootstrap.md", page)
    for name, document in objects.items():
        put(root, document, component=name)
    source = {"repoURL": "https://charts.example.com", "chart": "external-dns", "targetRevision": "1.0.0"}
    helm = {"releaseName": "external-dns", "valuesObject": {**WRITER, **values}}
    put_delivery(root, an_application("external-dns", source={**source, "helm": helm}))
    cloud = {"aws": {"account": "111122223333", "region": "here", "zones": ["a", "b"]}}
    environment = an_environment(platform=cloud, hosts={"www": "shop.example.com"})
    found = run(inventory(root), a_context(root, environment)).findings
    return [finding.message for finding in found if finding.rule == "exposure.name"]


def test_a_host_that_people_find_and_believe(tmp_path: Path) -> None:
    assert judge(tmp_path, tree()) == []


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"sources": ["service"]}, "external-dns reads no Ingresses"),
        ({"domainFilters": ["example.org"]}, "writes below example.org alone"),
    ],
)
def test_a_host_whose_record_nobody_writes(tmp_path: Path, values: Json, message: str) -> None:
    (said,) = judge(tmp_path, tree(), **values)
    assert message in said


@pytest.mark.parametrize(
    ("name", "change", "message"),
    [
        ("zone", {"name": "example.org."}, "no zone of the system holds its name"),
        ("certificate", {"domainName": "www.example.com"}, "no certificate in here has its name"),
    ],
)
def test_a_host_without_a_zone_or_a_certificate(tmp_path: Path, name: str, change: Json, message: str) -> None:
    objects = tree()
    objects[name]["spec"] = change

    assert any(message in said for said in judge(tmp_path, objects))


def test_a_certificate_of_another_region_is_none(tmp_path: Path) -> None:
    objects = tree()
    objects["certificate"]["metadata"]["annotations"] = {"services.k8s.aws/region": "there"}

    (said,) = judge(tmp_path, objects)
    assert "no certificate in here has its name" in said


@pytest.mark.parametrize(
    ("gone", "message"),
    [
        ("domainValidations", "nobody proves that its certificate's name is ours"),
        ("nameServers", "no page tells the registrar"),
    ],
)
def test_people_are_told_of_what_only_they_can_do(tmp_path: Path, gone: str, message: str) -> None:
    (said,) = judge(tmp_path, tree(), page=PAGE.replace(gone, "nothing"))
    assert message in said


def test_a_proof_that_is_written_needs_nobody(tmp_path: Path) -> None:
    objects = tree()
    proof = {"name": "_x.shop.example.com.", "recordType": "CNAME"}
    objects["proof"] = an_object("RecordSet", "proof", f"route53.{ACK}", namespace="store-prod", spec=proof)

    assert judge(tmp_path, objects, page=PAGE.replace("domainValidations", "nothing")) == []


def test_a_wildcard_covers_one_level(tmp_path: Path) -> None:
    objects = deepcopy(tree())
    objects["certificate"]["spec"]["domainName"] = "*.example.com"

    assert judge(tmp_path, objects) == []
