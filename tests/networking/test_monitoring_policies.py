"""Who talks to whom in the monitoring namespace, by what is watched there."""

from __future__ import annotations

from typing import Any

import pytest
from tests.support.parts import emitted

from groundplan.networking.monitoring_policies import MonitoringPolicies, MonitoringPoliciesProps


def policies(**props: Any) -> dict[str, Any]:
    """Policies by name."""
    given = MonitoringPoliciesProps(**props)
    return {
        item["metadata"]["name"]: item["spec"]
        for item in emitted(lambda component: MonitoringPolicies(component, "policies", given))
    }


def asking(policy: dict[str, Any], port: int) -> list[str]:
    """Names of the pods that may ask a port."""
    return [
        peer["podSelector"]["matchLabels"]["app.kubernetes.io/name"]
        for rule in policy["ingress"]
        if {"protocol": "TCP", "port": port} in rule["ports"]
        for peer in rule.get("from", ())
        if "podSelector" in peer
    ]


def leaving(policy: dict[str, Any]) -> list[int]:
    """Ports on which anything outside the cluster is reached."""
    return [
        port["port"]
        for rule in policy["egress"]
        for peer in rule["to"]
        if peer.get("ipBlock", {}).get("cidr") == "0.0.0.0/0"
        for port in rule["ports"]
    ]


def test_only_what_watches_each_other_is_let_in_by_default() -> None:
    assert asking(policies()["prometheus"], 9090) == ["prometheus"]


@pytest.mark.parametrize(("props", "reader"), [({"shows": True}, "grafana"), ({"adapts": True}, "prometheus-adapter")])
def test_whoever_shows_or_adapts_measures_reads_them(props: dict[str, bool], reader: str) -> None:
    found = policies(**props)

    assert reader in asking(found["prometheus"], 9090)
    assert reader in found


def test_the_controller_of_releases_asks_where_measures_decide() -> None:
    peers = [peer for rule in policies(releases=True)["prometheus"]["ingress"] for peer in rule["from"]]

    assert {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "argo-rollouts"}}} in peers


def test_nobody_but_alertmanager_leaves_the_cluster() -> None:
    found = policies(shows=True, adapts=True, releases=True, mail=[587])

    assert {name for name, policy in found.items() if leaving(policy)} == {"alertmanager"}


def test_each_mail_server_is_reached_on_its_own_port() -> None:
    assert leaving(policies(mail=[587, 2525, 587])["alertmanager"]) == [443, 587, 2525]
