"""A callee with a dot in its name is a host outside, and what stands behind the colon is its port."""

from __future__ import annotations

import pytest

from groundplan.facts.callees import is_external_host, split_host


@pytest.mark.parametrize(("callee", "outside"), [("api.example.com", True), ("db.local:5432", True), ("orders", False)])
def test_a_dot_makes_a_host(callee: str, outside: bool) -> None:
    assert is_external_host(callee) is outside


@pytest.mark.parametrize(
    ("callee", "parts"), [("api.example.com", ("api.example.com", 443)), ("db.local:5432", ("db.local", 5432))]
)
def test_a_host_without_a_port_is_asked_by_https(callee: str, parts: tuple[str, int]) -> None:
    assert split_host(callee) == parts
