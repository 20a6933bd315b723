"""What the platform called things: every id is one that something waits for, and has the form of its kind."""

from __future__ import annotations

import re
from collections.abc import Iterator

from groundplan.model.environment import Environment
from groundplan.platforms.registry import platform_of
from groundplan.rules.problem import Problem


def ids_are_waited_for(environment: Environment) -> Iterator[Problem]:
    """An id that nothing waits for is of a resource that is no longer described."""
    known = platform_of(environment).assigned_ids() if environment.ids else {}
    verb = f"groundplan ids {environment.system}/{environment.environment}"
    for key, value in environment.ids.items():
        if key not in known:
            yield ("ids", key), "unknown-id", "nothing waits for an id of that name", f"run `{verb}`, which removes it"
        elif not re.fullmatch(known[key].form, value):
            what = f"`{value}` is not the id of a {known[key].kind}"
            yield ("ids", key), "malformed-id", what, f"run `{verb}`, which reads it from the object"


ID_RULES = (ids_are_waited_for,)
