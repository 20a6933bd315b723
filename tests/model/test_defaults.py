"""Whoever adds to a list loses no default: what is always there is not written into the default of a list or a map."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from importlib import import_module
from pathlib import Path

import groundplan
from groundplan.model.values import Model

PACKAGE = Path(groundplan.__file__).parent

CHAPTERS = ("model/*.py", "platforms/*/*chapter.py", "stores/*/model.py")
"""Modules that say what people may write."""

REASONS: Mapping[str, str] = {
    "Canary.then": "shares in their order: others mean another release",
    "FrontDoor.static_paths": "paths of the application, which has these or others",
    "Ingress.sources": "everybody: whoever names networks shuts the others out",
    "Pipelines.branches": "a repository may have no main; a list without a branch that is deployed is refused",
    "Receiver.severities": "who wants critical alerts alone writes that",
    "RoleRule.groups": "the core group: a rule about others' kinds is about those",
}
"""Fields whose default is a list or a map with something in it, and why what is written takes its place."""


def chapters() -> list[type[Model]]:
    """Every class of a chapter."""
    files = sorted(file for pattern in CHAPTERS for file in PACKAGE.glob(pattern) if file.stem != "__init__")
    modules = {".".join(("groundplan", *file.relative_to(PACKAGE).with_suffix("").parts)) for file in files}
    for module in modules:
        import_module(module)
    return [known for known in _below(Model) if known.__module__ in modules]


def _below(parent: type[Model]) -> Iterator[type[Model]]:
    for child in parent.__subclasses__():
        yield child
        yield from _below(child)


def replaced(classes: Iterable[type[Model]]) -> set[str]:
    """Fields whose default is lost when something is written."""
    return {
        f"{known.__name__}.{name}"
        for known in classes
        for name, field in known.model_fields.items()
        if isinstance(
            field.get_default(call_default_factory=True, validated_data={}), list | tuple | set | frozenset | dict
        )
        and field.get_default(call_default_factory=True, validated_data={})
    }


def test_a_default_that_is_replaced_has_a_reason() -> None:
    assert replaced(chapters()) == set(REASONS)


def test_chapters_of_every_room_are_looked_at() -> None:
    rooms = {known.__module__.rpartition(".")[0].split(".")[1] for known in chapters()}

    assert rooms == {"model", "platforms", "stores"}


def test_one_that_nobody_has_a_reason_for_would_be_seen() -> None:
    class Chapter(Model):
        names: list[str] = ["always"]
        switches: dict[str, bool] = {"always": True}
        more: list[str] = []

    assert replaced([Chapter]) == {"Chapter.names", "Chapter.switches"}
