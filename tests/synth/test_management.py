"""What is rendered for the management cluster, with the environment that describes it and without."""

from __future__ import annotations

from tests.support.rendering import a_network, an_environment

from groundplan.synth.render import render_environment

HUB = "cluster: {controllers: [ack-s3, ack-ec2]}\nplatform: {aws: null, existing: {region: us-east-1}}\nrole: cluster\ndelivery: {management_cluster: shop/live}"


def files(*overlays: str) -> dict[str, str]:
    rendered = render_environment(an_environment(*overlays)).files
    return {str(path): content.decode() for path, content in rendered.items()}


def test_nobody_applies_a_health_check_by_hand_where_the_cluster_is_described() -> None:
    overlay = "delivery: {management_cluster: hub/main}"

    assert "argocd/shop/live/root-management/ConfigMap-argocd-cm.yaml" in files(a_network(1))
    assert "argocd/shop/live/root-management/ConfigMap-argocd-cm.yaml" not in files(a_network(1), overlay)


def test_the_described_cluster_rents_nothing_and_installs_its_controllers() -> None:
    found = files(HUB)

    assert not any("/management/" in path or "root-management" in path for path in found)
    assert "argocd/shop/live/applications/Application-ack-s3-live.yaml" in found


def test_a_controller_has_two_sources_and_its_project_permits_both() -> None:
    found = files(HUB)

    application = found["argocd/shop/live/applications/Application-ack-s3-live.yaml"]
    project = found["argocd/shop/live/applications/AppProject-shop-operators.yaml"]
    assert "skipCrds: true" in application
    assert "exclude: services.k8s.aws_*.yaml" in application
    for url in ("public.ecr.aws/aws-controllers-k8s", "https://github.com/aws-controllers-k8s/s3-controller"):
        assert f"repoURL: {url}" in application
        assert f"- {url}" in project
