"""A value is in its vault when a page says that somebody puts it there, or an object does."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from cold_start import a_cold_cluster, component, judge, said
from trees import an_object, write

READS = an_object(
    "ExternalSecret", "token", "external-secrets.io/v1",
    spec={"data": [{"secretKey": "token", "remoteRef": {"key": "shop/token"}}]},
)  # fmt: skip


def a_push(key: str) -> dict[str, Any]:
    data = [{"match": {"secretKey": "token", "remoteRef": {"remoteKey": key}}}]
    return an_object("PushSecret", "token", "external-secrets.io/v1alpha1", spec={"data": data})


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    return a_cold_cluster(tmp_path)


def test_a_value_that_nobody_puts_into_the_vault_is_found_at_its_key(tree: Path) -> None:
    component(tree, "secrets", 0, READS)

    assert "waits for a value of shop/token in its vault, which nobody brings before" in said(tree)
    assert "ExternalSecret-token.yaml:10:" in said(tree)


def test_a_value_that_a_page_names_is_there(tree: Path) -> None:
    component(tree, "secrets", 0, READS)
    write(tree, "docs/systems/store/secrets.md", "| token | vault: `shop/token` |\n")

    assert judge(tree) == ()


def test_a_value_that_an_object_writes_is_there(tree: Path) -> None:
    component(tree, "secrets", 0, READS, a_push("shop/token"))

    assert judge(tree) == ()


def test_an_object_that_writes_another_value_is_no_help(tree: Path) -> None:
    component(tree, "secrets", 0, READS, a_push("shop/other"))

    assert "shop/token" in said(tree)
