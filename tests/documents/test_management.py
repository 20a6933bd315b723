"""What a person does by hand for the management cluster, and where other systems find it."""

from __future__ import annotations

from typing import Any

from systems import an_environment

from groundplan.documents import pages
from groundplan.facts.system import System

HUB = {"repository": {"url": "https://github.com/store/platform"}, "management_cluster": "store/production"}
CLUSTER = {"name": "hub", "kubernetes": "1.32"}
EMPTY: dict[str, Any] = {
    "role": "cluster", "recovery": None, "services": {}, "data": {}, "pipelines": None, "platform": {"existing": {"region": "eu-west-1"}}, "delivery": HUB,
}  # fmt: skip


def bootstrap(*controllers: str, **cluster: Any) -> str:
    """The page of a management cluster with these controllers and nothing else."""
    hub = an_environment("production", **EMPTY, cluster={**CLUSTER, "controllers": [*controllers], **cluster})
    return pages(System((hub,)))["bootstrap.md"]


def test_it_names_every_controller_s_account_and_what_it_may_do() -> None:
    page = bootstrap("ack-s3")

    assert "| `ack-system` | `ack-s3-controller` | make buckets and set their policies |" in page
    assert "--cluster-name hub --namespace ack-system --service-account ack-s3-controller" in page


def test_it_says_how_the_objects_are_kept_elsewhere() -> None:
    assert "--all-namespaces -o yaml > management.yaml" in bootstrap("ack-s3")
    assert "management.yaml" not in bootstrap()


def test_a_subscription_of_its_own_is_a_secret_of_ids() -> None:
    identity = {
        key: f"{digit}0000000-0000-0000-0000-000000000000"
        for digit, key in enumerate(("tenant", "subscription", "client"), 1)
    }

    page = bootstrap("azure-service-operator", controller_identity=identity)

    assert f"acts as `{identity['client']}` in subscription `{identity['subscription']}`" in page
    assert "create secret generic aso-credential --from-literal=AZURE_SUBSCRIPTION_ID=" in page
    assert "has no identity of its own" in bootstrap("azure-service-operator")


def test_nothing_rents_for_it_and_it_has_no_secrets_of_its_own() -> None:
    page = bootstrap("ack-s3")

    assert "## 2. The cluster" in page
    assert "## 3. Argo CD and the controllers" in page
    assert "root-management" not in page
    assert "secrets.md" not in page


def test_another_system_is_sent_to_its_page() -> None:
    delivery = {**HUB, "management_cluster": "hub/main"}
    store = System((an_environment("production", delivery=delivery, recovery=None),))

    page = pages(store)["bootstrap.md"]

    assert "[its own page](../hub/bootstrap.md)" in page
    assert "made by hand" not in page


def test_a_system_whose_management_cluster_nobody_describes_says_how_it_is_made() -> None:
    page = pages(System((an_environment("production", recovery=None),)))["bootstrap.md"]

    assert "It is the one thing made by hand" in page


def test_a_system_without_services_has_no_service_to_deploy_or_to_undo() -> None:
    hub = an_environment("production", **EMPTY, cluster=CLUSTER)

    written = pages(System((hub,)))

    page = written["deploy-and-rollback.md"]
    assert "A new version of a service" not in page
    assert "groundplan image set" not in page
    assert "applications.argoproj.io APPLICATION-production" in page
    assert "## Health" not in written["architecture.md"]
    assert "addons/catalogue.yaml" in page
