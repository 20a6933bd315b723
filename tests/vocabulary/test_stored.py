"""How the API server stores what people write in several ways."""

from __future__ import annotations

import pytest

from groundplan.kubernetes.stored import stored_quantity


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("1000m", "1"), ("1500m", "1500m"), ("0.25", "250m"), ("7.5", "7500m"), ("1000", "1k"), ("100", "100"),
        ("0.0001", "100u"), ("1e3", "1e3"), ("1000e3", "1e6"), ("100e0", "100"), ("12e-3", "12e-3"),
        ("1024Mi", "1Gi"), ("2560Mi", "2560Mi"), ("1.5Gi", "1536Mi"), ("0.5Ki", "512"), ("1048576Ki", "1Gi"),
        ("128M", "128M"), ("1000M", "1G"), ("0", "0"), ("0Mi", "0"), ("-1000m", "-1"), ("much", "much"),
    ],
)  # fmt: skip
def test_a_quantity_has_one_form(text: str, stored: str) -> None:
    assert stored_quantity(text) == stored
    assert stored_quantity(stored) == stored
