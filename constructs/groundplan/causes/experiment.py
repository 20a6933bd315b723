"""Finds out which values something depends on: it is made again with others in their place, many at once.

Halving finds a few that matter among hundreds in a few dozen tries, without trusting what any code says of itself.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

Thing = TypeVar("Thing")

MOST_TRIED = 6
"""Other values that are tried of one that cannot be changed at all."""


class BrokenError(Exception):
    """With the values that were tried nothing can be made."""


class Search(Generic[Thing]):
    """Looks for the things that matter.

    Args:
        matters: whether anything comes out differently with all of `things` changed, each in its way number `turn`.
            Raises BrokenError where nothing comes out, IndexError where one of them has no such way.
    """

    def __init__(self, matters: Callable[[Sequence[Thing], int], bool]) -> None:
        self._matters = matters

    def among(self, things: Sequence[Thing]) -> list[Thing]:
        """Those that matter, in the order they were given."""
        if not things:
            return []
        try:
            if not self._matters(things, 0):
                return []
        except (BrokenError, IndexError):
            if len(things) == 1:
                return list(things) if self._some_way(things[0]) else []
        if len(things) == 1:
            return list(things)
        half = len(things) // 2
        return [*self.among(things[:half]), *self.among(things[half:])]

    def _some_way(self, thing: Thing) -> bool:
        for turn in range(1, MOST_TRIED):
            try:
                if self._matters([thing], turn):
                    return True
            except BrokenError:
                continue
            except IndexError:
                return False
        return False
