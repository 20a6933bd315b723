"""How objects of AWS' controllers refer to one another."""

from __future__ import annotations

from groundplan.platforms.aws.references import references


def test_a_field_is_called_like_the_kind_it_names() -> None:
    [found] = references("vpcRef", {"from": {"name": "network"}}, ("spec", "vpcRef"))

    assert (found.group, found.kind, found.name) == ("*.services.k8s.aws", "vpc", "network")


def test_a_list_of_references_names_one_kind() -> None:
    [found] = references("subnetRefs", {"from": {"name": "app-1", "namespace": "shop"}}, ("spec", "subnetRefs", 0))

    assert (found.kind, found.namespace) == ("subnet", "shop")


def test_anything_else_refers_to_nothing() -> None:
    assert list(references("tags", {"name": "network"}, ("spec", "tags", 0))) == []
