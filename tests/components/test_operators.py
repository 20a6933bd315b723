"""Releases of the operators."""

from __future__ import annotations

import pytest
from tests.support.rendering import an_environment

from groundplan.components.operators import components
from groundplan.components.releases import release
from groundplan.errors import ConstructError


def test_a_release_has_the_version_for_the_kubernetes_of_the_cluster() -> None:
    old = an_environment("cluster: {kubernetes: '1.29'}")

    versions = {item.name: item.version for item in components(old)}

    assert versions["metrics-server"] == "3.12.2"


def test_a_minor_without_a_version_is_refused() -> None:
    with pytest.raises(ConstructError, match=r"add-on argo-cd: no version is known for Kubernetes 1\.30"):
        release(an_environment("cluster: {kubernetes: '1.30'}"), "argo-cd", {})


def test_a_namespace_made_for_an_operator_enforces_pod_security() -> None:
    made = release(an_environment(), "cert-manager", {})

    assert made.namespace_labels["pod-security.kubernetes.io/enforce"] == "restricted"


def test_an_operator_in_a_namespace_of_others_does_not_label_it() -> None:
    assert release(an_environment(), "metrics-server", {}).namespace_labels == {}


def test_certificates_written_at_run_time_are_no_difference() -> None:
    fields = release(an_environment(), "metrics-server", {}).ignore_differences

    assert [field["jqPathExpressions"] for field in fields] == [[".spec.caBundle"]]


CONTROLLERS = "cluster: {controllers: [ack-s3, ack-ec2]}"


def test_definitions_of_a_controller_come_from_its_repository_at_the_version_of_the_chart() -> None:
    made = release(an_environment(CONTROLLERS), "ack-s3", {})

    assert made.definitions is not None
    assert (made.definitions.repository, made.definitions.revision, made.definitions.path) == (
        "https://github.com/aws-controllers-k8s/s3-controller",
        f"v{made.version}",
        "helm/crds",
    )


def test_definitions_that_controllers_share_come_with_exactly_one_of_them() -> None:
    environment = an_environment(CONTROLLERS)

    excluded = {name: release(environment, name, {}).definitions.exclude for name in ("ack-ec2", "ack-s3")}  # type: ignore[union-attr]  # both have one

    assert excluded == {"ack-ec2": "", "ack-s3": "services.k8s.aws_*.yaml"}


def test_a_chart_that_brings_its_own_definitions_has_one_source() -> None:
    assert release(an_environment(), "cert-manager", {}).definitions is None
