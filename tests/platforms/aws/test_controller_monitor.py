"""Scraping of the cloud controllers."""

from __future__ import annotations

from tests.support.rendering import an_environment, rendered, the


def test_every_controller_of_aws_is_scraped() -> None:
    documents = rendered(an_environment("cluster: {controllers: [ack-s3, ack-ec2, external-secrets]}"), "monitoring")

    spec = the(documents, "ServiceMonitor", "cloud-controllers")["spec"]
    assert spec["selector"]["matchExpressions"][0]["values"] == ["ack-ec2-controller", "ack-s3-controller"]
    assert spec["namespaceSelector"] == {"matchNames": ["ack-system"]}


def test_a_cluster_without_controllers_has_no_monitor_for_them() -> None:
    kinds = {document["kind"] for document in rendered(an_environment(), "monitoring")}

    assert "ServiceMonitor" not in kinds
