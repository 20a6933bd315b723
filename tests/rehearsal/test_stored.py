"""What is stored otherwise than it is rendered."""

from __future__ import annotations

from typing import Any

import pytest

from groundplan.rehearsal.stored import differences


@pytest.mark.parametrize(
    ("rendered", "stored", "expected"),
    [
        ({"a": 1}, {"a": 1, "b": 2}, []),
        ({"a": []}, {}, [(("a",), "`[]` is not stored")]),
        ({"a": {"b": "1000m"}}, {"a": {"b": "1"}}, [(("a", "b"), "`1000m` is stored as `1`")]),
        ({"a": [{"b": 1}]}, {"a": [{"b": 2, "c": 3}]}, [(("a", 0, "b"), "`1` is stored as `2`")]),
        ({"a": [1]}, {"a": [1, 2]}, [(("a",), "`[1]` is stored as `[1, 2]`")]),
        ({"a": True}, {"a": 1}, [(("a",), "`True` is stored as `1`")]),
    ],
)
def test_a_difference_is_told_at_its_field(rendered: Any, stored: Any, expected: list[Any]) -> None:
    assert [*differences(rendered, stored)] == expected
