"""Peers and ports as network policies spell them."""

from __future__ import annotations

from groundplan.kubernetes.network_policy import METADATA_SERVICE, blocks, internet, name_resolution, pods


def test_pods_of_the_own_namespace_need_no_selector_of_it() -> None:
    assert pods({"app": "web"}) == {"podSelector": {"matchLabels": {"app": "web"}}}


def test_pods_elsewhere_are_in_the_same_peer_as_their_namespace() -> None:
    assert [*pods({"app": "web"}, "shop")] == ["namespaceSelector", "podSelector"]


def test_the_internet_is_neither_private_nor_the_nodes_credentials() -> None:
    [peer] = internet(443)["to"]

    assert METADATA_SERVICE in peer["ipBlock"]["except"]
    assert "10.0.0.0/8" in peer["ipBlock"]["except"]


def test_names_are_asked_over_both_protocols() -> None:
    assert {entry["protocol"] for entry in name_resolution()["ports"]} == {"UDP", "TCP"}


def test_each_block_is_a_peer() -> None:
    assert blocks(["10.0.0.0/24", "10.0.1.0/24"])[1] == {"ipBlock": {"cidr": "10.0.1.0/24"}}
