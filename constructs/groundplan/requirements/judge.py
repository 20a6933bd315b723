"""Judging a catalogue against a tree: what every item's evidence shows."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fnmatch import fnmatchcase
from typing import Any

from groundplan.checks.inventory import Object
from groundplan.errors import Finding, Location
from groundplan.requirements.catalogue import LoadedCatalogue
from groundplan.requirements.expression import compile_expression, conjuncts
from groundplan.requirements.ground import Ground
from groundplan.requirements.model import ALL, Evidence, Relations, Requirement, Select
from groundplan.requirements.relations import asking
from groundplan.requirements.syntax import EACH, ReadPath
from groundplan.requirements.tree import Document, Tree

NOBODY: Mapping[str, str] = {}

ADVICE = "make the environment render it, or record a deviation with its reason"
MAX_SHOWN = 160
"""Characters of an actual value in a message."""


class Status(StrEnum):
    """Where an item stands."""

    MET = "met"
    """As written."""

    DEVIATION = "deviation"
    """Something else is done, for a recorded reason, and the evidence shows that."""

    APPLICATION = "application"
    """The application's own code meets it; the evidence shows the platform's part."""

    FAILING = "failing"
    """The evidence does not hold."""

    OPEN = "open"
    """Nothing is claimed of it; the catalogue says what is missing."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What one piece of evidence showed in one environment."""

    evidence: Evidence
    environment: str
    """Empty for files."""

    documents: tuple[Document, ...]
    """What was selected."""

    failures: tuple[str, ...]
    """Why it does not hold; empty where it does."""


@dataclass(frozen=True, slots=True)
class Held:
    """What one relation showed in one environment."""

    text: str
    """The relation as written."""

    environment: str
    """Environment."""

    failure: str
    """Why it does not hold; empty where it does."""

    trail: tuple[tuple[Object, str], ...] = ()
    """Rendered objects it went through, and the part each plays."""


@dataclass(frozen=True, slots=True)
class Result:
    """An item and what its evidence showed."""

    item: Requirement
    status: Status
    shown: tuple[Shown, ...]
    findings: tuple[Finding, ...]
    held: tuple[Held, ...] = ()
    """What its relations showed. Default none are asked for."""


def statuses(results: Sequence[Result]) -> list[Status]:
    """Where items can stand; `open` only where one does."""
    return [status for status in Status if status is not Status.OPEN or any(item.status is status for item in results)]


def summary(results: Sequence[Result]) -> str:
    """How many items stand where, in a line."""
    counts = Counter(result.status for result in results)
    return f"{len(results)} items, " + ", ".join(f"{counts[status]} {status}" for status in statuses(results))


def judge(loaded: LoadedCatalogue, tree: Tree) -> list[Result]:
    """Every item of the catalogue, in its order."""
    return [_judge_item(loaded, index, item, tree) for index, item in enumerate(loaded.catalogue.requirements)]


def show(
    evidence: Evidence,
    tree: Tree,
    environments: Sequence[str],
    sides: Mapping[str, str] = NOBODY,
    turned: frozenset[str] = frozenset(),
) -> list[Shown]:
    """What `evidence` shows in each environment it names; after a failover either side may show it for the other.

    Then one side does what was asked of the other: what runs in production runs in its standby, and what waits there waits
    in production. What neither shows, such as a network of its own, is asked of the one that is named.
    """
    if evidence.select.file is not None:
        if (turned and not evidence.on_the_way_back) or (sides and not evidence.after_failover):
            return []
        document = tree.file(evidence.select.file)
        documents = [document] if document is not None else []
        return [Shown(evidence, "", tuple(documents), tuple(failures(evidence, documents)))]
    names = environments if ALL in evidence.environment else evidence.environment
    result = []
    for name in names:
        if (name in sides and not evidence.after_failover) or (name in turned and not evidence.on_the_way_back):
            continue
        own = _shown(evidence, tree, name)
        other = _shown(evidence, tree, sides[name]) if own.failures and name in sides else own
        result.append(own if other.failures else other)
    return result


def _shown(evidence: Evidence, tree: Tree, name: str) -> Shown:
    candidates = tree.objects(name, evidence.select)
    documents = picked(evidence.select, candidates)
    return Shown(evidence, name, tuple(documents), tuple(failures(evidence, documents, candidates)))


def picked(select: Select, candidates: Iterable[Document]) -> list[Document]:
    """Those of `candidates` for which `where` holds."""
    if select.where is None:
        return list(candidates)
    condition = compile_expression(select.where)
    return [document for document in candidates if not condition.failure_of(document.given)]


def failures(evidence: Evidence, documents: Sequence[Document], candidates: Sequence[Document] = ()) -> list[str]:
    """Why `evidence` does not hold for the selected documents."""
    wrong = _wrong_number(evidence, documents, candidates)
    if wrong:
        return [wrong]
    return [failure for text in evidence.expect for part in conjuncts(text) for failure in _unmet(part, documents)]


def _wrong_number(evidence: Evidence, documents: Sequence[Document], candidates: Sequence[Document]) -> str:
    count = len(documents)
    if evidence.minimum <= count and (evidence.at_most is None or count <= evidence.at_most):
        return ""
    what = describe(evidence.select)
    if count < evidence.minimum:
        if evidence.select.file is not None:
            return f"{what} does not exist"
        missing = _missing(evidence.select, documents)
        if missing and len(evidence.select.name) > 1:
            what = f"{what} (missing: {', '.join(missing)})"
        nearly = f"; {len(candidates)} without the condition" if evidence.select.where and candidates else ""
        wanted = f", {evidence.minimum} or more are needed" if count or evidence.minimum > 1 else ""
        return f"{what} selects {count or 'nothing'}{wanted}{nearly.replace(';', ',')}"
    first = documents[evidence.at_most or 0].title
    return f"{what} selects {count}, at most {evidence.at_most} may exist, such as {first}"


def _missing(select: Select, documents: Sequence[Document]) -> list[str]:
    """Names that nothing selected has."""
    names = [document.title.rpartition(" ")[2].rpartition("/")[2] for document in documents]
    return [wanted for wanted in select.name if not any(fnmatchcase(name, wanted) for name in names)]


def _unmet(text: str, documents: Sequence[Document]) -> list[str]:
    expression = compile_expression(text)
    if expression.subject == "objects":
        reason = expression.failure(objects=[document.content for document in documents])
        seen = _actual(expression.reads.paths, {"objects": [document.content for document in documents]})
        return [f"`{text}` {reason}{seen}"] if reason else []
    result = []
    for document in documents:
        reason = expression.failure_of(document.given)
        if reason:
            seen = _actual(expression.reads.paths, {"object": document.content})
            result.append(f"{document.title}: `{text}` {reason}{seen}")
    return result


def _actual(paths: Iterable[ReadPath], variables: dict[str, Any]) -> str:
    """The values the expression looked at: `; spec.replicas is 3`."""
    shown = []
    for path in sorted(paths, key=str):
        values = list(dict.fromkeys(json.dumps(value, ensure_ascii=False) for value in _values(variables, path)))
        name = ".".join(str(step) for step in path[1:] if step != EACH)
        if values and path[0] in variables:
            text = ", ".join(values)
            shown.append(f"{name or path[0]} is {text[:MAX_SHOWN]}{'...' if len(text) > MAX_SHOWN else ''}")
    return f" ({', '.join(shown)})" if shown else ""


def _values(value: Any, path: ReadPath) -> list[Any]:
    if not path:
        return [value]
    step, rest = path[0], path[1:]
    if step == EACH:
        items = value.values() if isinstance(value, dict) else value if isinstance(value, list) else []
        return [found for item in items for found in _values(item, rest)]
    if isinstance(value, dict) and step in value:
        return _values(value[step], rest)
    if isinstance(value, list) and isinstance(step, int) and -len(value) <= step < len(value):
        return _values(value[step], rest)
    return []


def describe(select: Select) -> str:
    """The selection in words: `Deployment web in namespace shop`."""
    if select.file is not None:
        return select.file
    words = [select.kind or "object", *([" or ".join(select.name)] if select.name else [])]
    if select.namespace is not None:
        words.append(f"in namespace {select.namespace}")
    if select.component is not None:
        words.append(f"of component {select.component}")
    if select.api_group is not None:
        words.append(f"of group {select.api_group or 'core'}")
    if select.labels:
        words.append("with labels " + ",".join(f"{key}={value}" for key, value in select.labels.items()))
    if select.where is not None:
        words.append(f"where `{select.where}`")
    return " ".join(words)


def hold(
    relations: Relations,
    tree: Tree,
    environments: Sequence[str],
    sides: Mapping[str, str] = NOBODY,
    turned: frozenset[str] = frozenset(),
) -> list[Held]:
    """What each relation shows in each environment it names; after a failover either side may show it for the other."""
    names = environments if ALL in relations.environment else relations.environment
    result = []
    for name in names:
        if (name in sides and not relations.after_failover) or (name in turned and not relations.on_the_way_back):
            continue
        for text in relations.hold:
            own = held(text, name, tree.ground(name))
            other = held(text, sides[name], tree.ground(sides[name])) if own.failure and name in sides else own
            result.append(own if other.failure else other)
    return result


def held(text: str, environment: str, ground: Ground | None) -> Held:
    """What one relation shows on one ground."""
    if ground is None:
        return Held(text, environment, "nothing is rendered to ask")
    known = ground.answers.get(text)
    if isinstance(known, Held):
        return known
    with asking(ground) as asked:
        failure = compile_expression(text).failure()
    why = f": {asked.reasons[0]}" if asked.reasons and failure else ""
    answer = Held(text, environment, f"`{text}` {failure}{why}" if failure else "", tuple(asked.trail))
    ground.answers[text] = answer
    return answer


def _judge_item(loaded: LoadedCatalogue, index: int, item: Requirement, tree: Tree) -> Result:
    shown, findings = [], []
    for number, evidence in enumerate(item.evidence):
        location = loaded.locate(index, "evidence", number)
        for outcome in show(evidence, tree, loaded.environments, loaded.sides, loaded.turned):
            shown.append(outcome)
            findings += [_finding(location, item, outcome, failure) for failure in outcome.failures]
    answers: list[Held] = []
    for number, relations in enumerate(item.relations):
        location = loaded.locate(index, "relations", number)
        answers += (found := hold(relations, tree, loaded.environments, loaded.sides, loaded.turned))
        findings += [
            Finding(location, f"requirements.{item.met_by}", item.id, f"[{one.environment}] {one.failure}", ADVICE)
            for one in found
            if one.failure
        ]
    return Result(item, _status(item, findings), tuple(shown), tuple(findings), tuple(answers))


def _finding(location: Location, item: Requirement, outcome: Shown, failure: str) -> Finding:
    where = f"[{outcome.environment}] " if outcome.environment else ""
    return Finding(location, f"requirements.{item.met_by}", item.id, f"{where}{failure}", ADVICE)


def _status(item: Requirement, findings: Sequence[Finding]) -> Status:
    if findings:
        return Status.FAILING
    if item.open is not None:
        return Status.OPEN
    if item.deviation is not None:
        return Status.DEVIATION
    return Status.APPLICATION if item.met_by == "application" else Status.MET
