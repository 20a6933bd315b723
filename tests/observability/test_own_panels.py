"""Pictures that a system adds to its dashboard."""

from __future__ import annotations

import json

from tests.support.rendering import Json, an_environment, rendered, the

PANELS = "observability: {panels: {conversion: {query: avg(conversion), unit: percentunit, red_from: 0.9}}}"
GRAFANA = "observability: {grafana_admin: login}\nsecrets: {entries: {login: {generated: true}}}"
WEB = "services: {web: {image: 'web:1.0', port: 80, resources: {requests: {cpu: 100m, memory: 128Mi}, limits: {cpu: 1, memory: 1Gi}}}}"


def panels(*overlays: str) -> dict[str, Json]:
    dashboard = the(rendered(an_environment(*overlays, GRAFANA), "alerts"), "ConfigMap")
    boards = [json.loads(text) for text in dashboard["data"].values()]
    return {panel["title"]: panel for board in boards for panel in board["panels"]}


def test_an_own_picture_is_called_like_its_key() -> None:
    panel = panels(WEB, PANELS)["conversion"]

    assert panel["targets"][0]["expr"] == "avg(conversion)"
    assert panel["fieldConfig"]["defaults"]["unit"] == "percentunit"
    assert panel["fieldConfig"]["defaults"]["thresholds"]["steps"][1] == {"color": "red", "value": 0.9}


def test_a_service_shows_its_network() -> None:
    expressions = [target["expr"] for target in panels(WEB)["Network"]["targets"]]

    assert expressions[0].startswith("sum(rate(container_network_receive_bytes_total{")


def test_replicas_of_a_progressive_service_come_from_its_own_controller() -> None:
    panel = panels(WEB, "services: {web: {rollout: blue-green}}")["Replicas"]

    assert all(target["expr"].startswith("rollout_info_replicas_") for target in panel["targets"])
