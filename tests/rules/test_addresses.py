"""Subnets lie in their network and apart, and peered networks know no address twice: on every platform."""

from __future__ import annotations

from groundplan.rules.addresses import blocks_apart, networks_apart, subnets_fit

PATH = ("platform", "here", "network", "subnets")


def test_subnets_inside_and_apart_are_fine() -> None:
    assert list(subnets_fit(PATH, "10.0.0.0/16", {"a": "10.0.1.0/24", "b": "10.0.2.0/24"})) == []


def test_a_subnet_outside_the_network_is_named_where_it_is_written() -> None:
    [problem] = subnets_fit(PATH, "10.0.0.0/16", {"a": "10.1.0.0/24"})

    assert problem[:3] == (
        (*PATH, "a", "cidr"),
        "subnet-outside-network",
        "10.1.0.0/24 is not inside 10.0.0.0/16",
    )


def test_an_address_of_another_family_is_outside() -> None:
    assert [rule for _, rule, _, _ in subnets_fit(PATH, "10.0.0.0/16", {"a": "fd00::/64"})] == [
        "subnet-outside-network"
    ]


def test_of_two_that_overlap_the_second_is_named_with_the_first() -> None:
    [problem] = subnets_fit(PATH, "10.0.0.0/16", {"a": "10.0.0.0/20", "b": "10.0.1.0/24"})

    assert problem[:3] == ((*PATH, "b", "cidr"), "subnets-overlap", "10.0.1.0/24 overlaps 10.0.0.0/20 of a")


def test_every_overlap_is_told() -> None:
    blocks = {("one",): ("one", "10.0.0.0/8"), ("two",): ("two", "10.0.0.0/9"), ("three",): ("three", "10.0.0.0/10")}

    assert [(path, what) for path, _, what, _ in blocks_apart(blocks, "overlap")] == [
        (("two",), "10.0.0.0/9 overlaps 10.0.0.0/8 of one"),
        (("three",), "10.0.0.0/10 overlaps 10.0.0.0/8 of one"),
        (("three",), "10.0.0.0/10 overlaps 10.0.0.0/9 of two"),
    ]


def test_peered_networks_that_share_an_address_are_refused() -> None:
    [problem] = networks_apart(("peers", 0), "10.0.0.0/16", "spare", "10.0.128.0/17")

    assert problem[1:3] == ("networks-overlap", "10.0.128.0/17 of spare overlaps 10.0.0.0/16")


def test_peered_networks_that_are_apart_are_fine() -> None:
    assert list(networks_apart(("peers", 0), "10.0.0.0/16", "spare", "10.1.0.0/16")) == []
