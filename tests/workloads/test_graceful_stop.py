"""A pod that stops waits until nobody sends it requests any more."""

from __future__ import annotations

import pytest
from tests.support.rendering import a_network, an_environment, rendered, the

SERVICE = """
services:
  web:
    image: shop/web:v1
    port: 8080
    grace: 30s
    resources: {requests: {cpu: 100m, memory: 128Mi}, limits: {cpu: 1, memory: 256Mi}}
"""
BALANCED = "ingress: {type: alb}\nexpose: {www: {routes: {/: web}}}\nhosts: {www: shop.example}"
BEHIND_NGINX = (
    "ingress: {type: nginx, certificate: web-tls}\nexpose: {www: {routes: {/: web}}}\nhosts: {www: shop.example}"
)
OLDER = 'cluster: {kubernetes: "1.29"}'


def pod(*overlays: str) -> dict[str, object]:
    deployment = the(rendered(an_environment(SERVICE, *overlays), "web"), "Deployment")
    spec: dict[str, object] = deployment["spec"]["template"]["spec"]
    return spec


def hook(spec: dict[str, object]) -> object:
    containers = spec["containers"]
    assert isinstance(containers, list)
    return containers[0]["lifecycle"]["preStop"]


def test_the_kubelet_waits_itself_so_that_an_image_without_a_shell_works() -> None:
    assert hook(pod()) == {"sleep": {"seconds": 5}}


def test_an_older_kubelet_cannot_wait_so_the_image_s_shell_does() -> None:
    assert hook(pod(OLDER)) == {"exec": {"command": ["/bin/sh", "-c", "sleep 5"]}}


def test_a_cloud_load_balancer_is_given_longer_and_the_grace_grows_with_it() -> None:
    spec = pod(a_network(0), BALANCED)

    assert hook(spec) == {"sleep": {"seconds": 20}}
    assert spec["terminationGracePeriodSeconds"] == 50


@pytest.mark.parametrize("overlay", ["", BEHIND_NGINX], ids=["inside", "nginx"])
def test_what_only_pods_call_goes_soon(overlay: str) -> None:
    assert pod(overlay)["terminationGracePeriodSeconds"] == 35
