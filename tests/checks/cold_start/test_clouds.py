"""What is rented takes part in a cold start: the cluster, its nodes, identities and certificates."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from cold_start import STEPS, a_cold_cluster, a_deployment, a_page, component
from trees import an_application, an_environment, an_object, inventory, put, put_delivery

from groundplan.checks.cold_start import run
from groundplan.checks.gate import Context
from groundplan.checks.order import HEALTH
from groundplan.errors import Finding

Json = dict[str, Any]

CLOUD = "kubectl --context management apply -f argocd/store/prod/root-management/"
KUBECONFIG = "aws eks update-kubeconfig --name store --alias store"
HELM = "helm upgrade --install argo-cd argo-cd --kube-context management --namespace argocd"
WAIT = "kubectl --context management --namespace argocd wait applications.argoproj.io/store-root --for=jsonpath={.a}=Healthy"
PROOF = "kubectl --context management --namespace store-prod get certificates.acm.services.k8s.aws shop-example-com"


CLOUDS = "'*.services.k8s.aws/*': {health.lua: return}"
"""What tells Argo CD that cloud resources have a health of their own."""


def rented(kind: str, id_: str, group: str = "eks", **spec: Any) -> Json:
    return an_object(kind, id_, f"{group}.services.k8s.aws/v1alpha1", namespace="store-prod", spec=spec)


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A cluster that is an object on a management cluster, with an identity for its web pods."""
    a_cold_cluster(tmp_path)
    destination = {"server": "https://kubernetes.default.svc", "namespace": "store-prod"}
    for document in (
        rented("Cluster", "store"),
        rented("Nodegroup", "general"),
        rented("PodIdentityAssociation", "web", namespace="shop", serviceAccount="web"),
    ):
        put(tmp_path, document, "cloud")
    source = {"repoURL": "https://git.example.com/platform", "path": "argocd/store/prod/management"}
    root = an_application("root", project="store-bootstrap", source=source)
    put_delivery(tmp_path, {**root, "metadata": {"name": "store-root", "namespace": "argocd"}}, "root-management")
    project = an_object("AppProject", "store-bootstrap", "argoproj.io/v1alpha1", namespace="argocd", spec={})
    put_delivery(tmp_path, project, "root-management")
    settings = an_object(
        "ConfigMap", "argocd-cm", namespace="argocd", data={"resource.customizations": CLOUDS, HEALTH: ""}
    )
    put_delivery(tmp_path, settings, "root-management")
    put_delivery(tmp_path, an_application("cloud", project="store-bootstrap", destination=destination), "management")
    component(tmp_path, "web", 0, a_deployment(serviceAccountName="web"), an_object("ServiceAccount", "web"))
    return tmp_path


def found(root: Path) -> tuple[Finding, ...]:
    tree = inventory(root)
    return run(tree, Context(root, {"store/prod": an_environment()})).findings


def test_a_cluster_is_used_when_its_object_is_ready_and_its_identities_are_there(tree: Path) -> None:
    a_page(tree, HELM, CLOUD, KUBECONFIG, WAIT, *STEPS)

    assert found(tree) == ()


def test_pods_that_may_start_before_their_identity_are_found(tree: Path) -> None:
    a_page(tree, HELM, CLOUD, KUBECONFIG, *STEPS)

    (finding,) = found(tree)

    assert finding.rule == "cold-start.race"
    assert "PodIdentityAssociation web" in finding.message


def test_waiting_for_a_root_is_no_help_where_argo_cd_does_not_know_the_health_of_an_identity(tree: Path) -> None:
    (tree / "argocd/store/prod/root-management/ConfigMap-argocd-cm.yaml").unlink()
    a_page(tree, HELM, CLOUD, KUBECONFIG, WAIT, *STEPS)

    assert [finding.rule for finding in found(tree)] == ["cold-start.race"]


def test_pods_that_are_made_again_and_again_get_their_identity_with_the_next_run(tree: Path) -> None:
    spec = {"schedule": "0 1 * * *", "jobTemplate": {"spec": {"template": {"spec": {"serviceAccountName": "web"}}}}}
    (tree / "dist/store/prod/web/shop/Deployment-web.yaml").unlink()
    component(tree, "web", 0, an_object("CronJob", "web", "batch/v1", spec=spec))
    a_page(tree, HELM, CLOUD, KUBECONFIG, *STEPS)

    assert found(tree) == ()


def test_a_cluster_that_is_used_before_anybody_rents_it_is_found(tree: Path) -> None:
    a_page(tree, HELM, KUBECONFIG, *STEPS, CLOUD, WAIT)

    assert "and that for itself" in str(found(tree)[0])


def test_a_context_that_no_step_makes_is_found(tree: Path) -> None:
    a_page(tree, HELM, CLOUD, WAIT, *STEPS)

    assert "waits for the context store, which nobody brings before" in str(found(tree)[0])


def an_ingress() -> Json:
    rules = [{"host": "shop.example.com"}]
    return an_object("Ingress", "web", "networking.k8s.io/v1", spec={"rules": rules})


@pytest.mark.parametrize("steps", [(HELM, CLOUD, KUBECONFIG, WAIT), (HELM, CLOUD, KUBECONFIG, PROOF, WAIT)])
def test_a_certificate_without_a_record_or_a_step_that_reads_it_is_found(tree: Path, steps: tuple[str, ...]) -> None:
    put(tree, rented("Certificate", "shop-example-com", "acm", domainName="shop.example.com"), "cloud")
    component(tree, "web", 0, an_ingress())
    a_page(tree, *steps, *STEPS)

    assert ["record that proves shop.example.com" in str(each) for each in found(tree)] == [True] * (PROOF not in steps)


def test_a_rendered_record_proves_a_certificate(tree: Path) -> None:
    put(tree, rented("Certificate", "any-example-com", "acm", domainName="*.example.com"), "cloud")
    put(tree, rented("RecordSet", "proof", "route53", name="_1a2b.example.com.", recordType="CNAME"), "cloud")
    component(tree, "web", 0, an_ingress())
    a_page(tree, HELM, CLOUD, KUBECONFIG, WAIT, *STEPS)

    assert found(tree) == ()
