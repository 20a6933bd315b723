"""How a rule says what is wrong: a path in the file, the rule's name, the problem, and what to write instead."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from groundplan.yaml.marked import YamlPath

Problem = tuple[YamlPath, str, str, str]
"""Path, rule, what is wrong, what to write instead."""


def unknown(path: YamlPath, rule: str, what: str, name: str, known: Iterable[str]) -> Problem:
    """The problem that there is no `what` called `name`; the advice names the nearest that there is."""
    names = sorted(known)
    near = difflib.get_close_matches(name, names, 1)
    advice = f"declare {what} `{name}` first"
    if names:
        advice = f"did you mean `{near[0]}`?" if near else f"write one of {', '.join(names)}"
    return path, rule, f"there is no {what} `{name}`", advice
