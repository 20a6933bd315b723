"""How the kubelet asks a container for its health."""

from __future__ import annotations

from tests.support.rendering import an_environment, rendered, the

from groundplan.model.containers import Probe
from groundplan.pods import health_probe

WORKER = """
services:
  worker:
    image: shop/worker:v1.0.0
    resources: {requests: {cpu: 100m, memory: 128Mi}, limits: {cpu: 200m, memory: 256Mi}}
    probes:
      live: {command: [/bin/ping-queue], timeout: 15s}
      ready: {command: [/bin/ping-queue]}
"""


def test_a_request_goes_to_the_port() -> None:
    probe = health_probe(Probe(path="/health"), 8080)

    assert probe is not None
    assert probe["httpGet"] == {"path": "/health", "port": 8080}


def test_without_a_port_there_is_nobody_to_send_a_request_to() -> None:
    assert health_probe(Probe(path="/health"), None) is None


def test_a_command_needs_no_port() -> None:
    probe = health_probe(Probe(command=["/bin/ping-queue"], timeout="15s"), None)

    assert probe is not None
    assert probe["exec"] == {"command": ["/bin/ping-queue"]}
    assert probe["timeoutSeconds"] == 15
    assert "httpGet" not in probe


def test_a_worker_without_a_port_is_watched_by_its_commands() -> None:
    deployment = the(rendered(an_environment(WORKER), "worker"), "Deployment")

    container = deployment["spec"]["template"]["spec"]["containers"][0]
    assert container["livenessProbe"]["exec"]["command"] == ["/bin/ping-queue"]
    assert container["readinessProbe"]["exec"]["command"] == ["/bin/ping-queue"]
    assert "startupProbe" not in container
