"""A cluster that somebody else made: nothing is rented, and the chapter says what it brings."""

from __future__ import annotations

import pytest
from tests.support.trees import an_environment

from groundplan.model.environment import Environment
from groundplan.platforms.registry import platform_of


def existing(**settings: object) -> Environment:
    return an_environment(platform={"existing": settings})


def test_nothing_is_rented() -> None:
    assert list(platform_of(existing()).components()) == []


@pytest.mark.parametrize(("settings", "name"), [({}, "standard"), ({"storage_class": "local-path"}, "local-path")])
def test_volumes_are_of_the_class_the_chapter_names(settings: dict[str, object], name: str) -> None:
    platform = platform_of(existing(**settings))

    (provided,) = platform.provided["objects"]
    assert platform.block_storage == name
    assert provided["names"] == [name]


def test_backups_lie_in_the_buckets_the_chapter_names() -> None:
    assert platform_of(existing(buckets=["shop-backups"])).buckets == {"shop-backups"}


def test_the_api_server_may_have_any_address_but_the_node_s_own_credentials() -> None:
    peers = platform_of(existing()).api_server_blocks

    assert [peer["ipBlock"]["cidr"] for peer in peers] == ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "0.0.0.0/0"]
    assert "169.254.169.254/32" in peers[-1]["ipBlock"]["except"]


def test_images_come_from_where_they_are_named_unless_the_chapter_names_a_registry() -> None:
    assert existing().image("shop/web:v1") == "shop/web:v1"
    assert existing(registry="registry.example.com").image("shop/web:v1") == "registry.example.com/shop/web:v1"
