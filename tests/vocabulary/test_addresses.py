"""Two blocks of addresses share some, one holds the other, or they are apart."""

from __future__ import annotations

import pytest

from groundplan.kubernetes.addresses import block, holds, overlap


@pytest.mark.parametrize(
    ("one", "other", "shared"),
    [
        ("10.0.0.0/16", "10.0.1.0/24", True),
        ("10.0.1.0/24", "10.0.0.0/16", True),
        ("10.0.0.0/24", "10.0.1.0/24", False),
        ("0.0.0.0/0", "::/0", False),
    ],
)
def test_blocks_overlap_where_they_share_an_address(one: str, other: str, shared: bool) -> None:
    assert overlap(one, other) is shared


@pytest.mark.parametrize(
    ("outer", "inner", "held"),
    [
        ("10.0.0.0/16", "10.0.1.0/24", True),
        ("10.0.1.0/24", "10.0.0.0/16", False),
        ("10.0.0.0/16", "10.0.0.0/16", True),
        ("0.0.0.0/0", "fd00::/8", False),
    ],
)
def test_a_block_holds_another_that_is_all_inside(outer: str, inner: str, held: bool) -> None:
    assert holds(outer, inner) is held


def test_bits_behind_the_prefix_are_no_block() -> None:
    with pytest.raises(ValueError, match="host bits set"):
        block("10.0.0.1/24")
