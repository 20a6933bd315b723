"""How the API server stores what people write in several ways."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import cache

from groundplan.kubernetes.validation import quantity

_DECIMAL = {-9: "n", -6: "u", -3: "m", 0: "", 3: "k", 6: "M", 9: "G", 12: "T", 15: "P", 18: "E"}
_BINARY = ("", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei")
_EXPONENT = re.compile(r"[0-9.][eE][-+]?[0-9]+$")


@cache
def stored_quantity(text: str) -> str:
    """The canonical form of a quantity: the largest unit that leaves a whole number, so `1000m` is `1`.

    What is no quantity stays as it is. See https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/ .
    """
    number = quantity(text)
    if number is None or number == 0:
        return text if number is None else "0"
    if text.endswith("i") and abs(number) >= 1024 and number == int(number):
        return _binary(int(number))
    return _decimal(number, exponent=_EXPONENT.search(text) is not None)


def _binary(number: int) -> str:
    power = 0
    while number % 1024 == 0 and power < len(_BINARY) - 1:
        number, power = number // 1024, power + 1
    return f"{number}{_BINARY[power]}"


def _decimal(number: Decimal, *, exponent: bool) -> str:
    power = next((power for power in sorted(_DECIMAL, reverse=True) if not number % Decimal(10) ** power), -9)
    whole = (number / Decimal(10) ** power).to_integral_value(rounding="ROUND_UP")
    return f"{whole:f}{f'e{power}' if exponent and power else '' if exponent else _DECIMAL[power]}"
