"""A labelled corpus: what an experienced operator would say of each edit."""

from __future__ import annotations

import copy
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from groundplan.review.fields import NAMING
from groundplan.review.judge import judge

Json = dict[str, Any]

CORPUS: dict[str, Json] = yaml.safe_load((Path(__file__).parent / "corpus.yaml").read_text("utf-8"))
EDITS = [
    pytest.param(sample["object"], path, value, outcome, id=f"{name}: {path}={str(value)[:30]}")
    for name, sample in CORPUS.items()
    for path, value, outcome in sample["edits"]
]
WHOLE = [
    pytest.param(sample["object"], what, outcome, id=f"{name} {what}")
    for name, sample in CORPUS.items()
    for what, outcome in sample.get("whole", {}).items()
]


def keys(path: str) -> list[str]:
    """`metadata.annotations.<everything else>` is one key; brackets are elements."""
    for prefix in ("metadata.annotations.", "metadata.labels.", "spec.hard."):
        if path.startswith(prefix):
            return [*prefix.rstrip(".").split("."), path.removeprefix(prefix)]
    return re.findall(r"\[[^\]]*\]|[^.\[\]]+", path)


def edited(document: Json, path: str, value: Any) -> Json:
    result = copy.deepcopy(document)
    *parents, last = keys(path)
    place: Any = result
    for key in parents:
        place = element(place, key) if key.startswith("[") else place.setdefault(key, [] if is_list(path, key) else {})
    if last.startswith("["):
        place[:] = [item for item in place if not named(item, last)] + ([] if value == "absent" else [value])
    elif value == "absent":
        del place[last]
    else:
        place[last] = value
    return result


def is_list(path: str, key: str) -> bool:
    return f"{key}[" in path


def element(items: list[Json], key: str) -> Json:
    return next(item for item in items if named(item, key))


def named(item: Json, key: str) -> bool:
    return any(str(item[field]) == key[1:-1] for field in NAMING if field in item)


@pytest.mark.parametrize(("document", "path", "value", "outcome"), EDITS)
def test_the_outcome_of_an_edit_is_what_an_operator_would_say(
    document: Json, path: str, value: Any, outcome: str
) -> None:
    judgement = judge(document, edited(document, path, value))

    assert judgement.outcome == outcome, judgement.reasons


@pytest.mark.parametrize(("document", "what", "outcome"), WHOLE)
def test_so_is_what_it_means_that_an_object_comes_or_goes(document: Json, what: str, outcome: str) -> None:
    judgement = judge(document, None) if what == "deleted" else judge(None, document)

    assert judgement.outcome == outcome, judgement.reasons


def test_the_corpus_is_as_large_as_it_says() -> None:
    assert len(EDITS) + len(WHOLE) >= 250


def test_nothing_changes_where_nothing_changes() -> None:
    assert {judge(sample["object"], copy.deepcopy(sample["object"])).outcome for sample in CORPUS.values()} == {
        "no effect"
    }
