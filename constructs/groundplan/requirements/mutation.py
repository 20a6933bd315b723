"""The proof that evidence has teeth: break what it looks at, and it must fail.

Three ways to break a tree are tried on every item that holds: nothing was rendered at all; the selected objects are
gone; and, for every field that an expression reads, the field is removed, changed, or put where it was missing. An
expression that holds whatever becomes of a field it mentions says nothing about that field.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import chain, groupby
from operator import itemgetter
from typing import Any

from groundplan.checks.inventory import Object
from groundplan.errors import Finding
from groundplan.requirements.broken import broken as broken_ways
from groundplan.requirements.catalogue import LoadedCatalogue
from groundplan.requirements.expression import Expression, compile_expression, conjuncts
from groundplan.requirements.judge import Result, Shown, failures, held, show
from groundplan.requirements.measured import Measured
from groundplan.requirements.model import Evidence, Requirement
from groundplan.requirements.syntax import EACH, ReadPath, Step
from groundplan.requirements.tree import Tree

ADVICE = "write evidence that fails when the field is removed or changed"
MARK = "mutated"


@dataclass(frozen=True, slots=True)
class Proof:
    """What the mutations of a catalogue showed."""

    mutants: int
    """How many broken trees were judged."""

    findings: tuple[Finding, ...]
    """Evidence that held on a broken tree."""

    unproven: tuple[str, ...]
    """Items that do not hold on the unbroken tree, so that breaking it shows nothing."""


def prove(measured: Measured) -> Proof:
    """Break the tree in every way that matters to the catalogue, and judge again."""
    prover = _Prover(measured.loaded, measured.tree)
    for index, result in enumerate(measured.results):
        prover.item(index, result)
    prover.relations(measured.results)
    return Proof(prover.mutants, tuple(prover.findings), tuple(prover.unproven))


class _Prover:
    def __init__(self, loaded: LoadedCatalogue, tree: Tree) -> None:
        self.loaded, self.tree = loaded, tree
        self.nothing = Tree.nothing()
        self.mutants = 0
        self.findings: list[Finding] = []
        self.unproven: list[str] = []

    def item(self, index: int, result: Result) -> None:
        item = result.item
        if item.open is not None:
            return  # nothing is claimed
        if any(outcome.failures for outcome in result.shown) or any(one.failure for one in result.held):
            self.unproven.append(item.id)
            return
        bare = (show(evidence, self.nothing, self.loaded.environments) for evidence in item.evidence)
        self.mutants += 1
        if not item.relations and not any(outcome.failures for outcome in chain.from_iterable(bare)):
            self._survived(index, 0, item, "holds on an empty tree")
        for number, evidence in enumerate(item.evidence):
            outcomes = [outcome for outcome in result.shown if outcome.evidence is evidence]
            survivors = dict.fromkeys(text for outcome in outcomes for text in self._evidence(outcome))
            for text in survivors:
                self._survived(index, number, item, text)

    def relations(self, results: Sequence[Result]) -> None:
        """Break every object that a relation went through, each once for all the relations that it ends."""
        asking: dict[tuple[str, str], list[tuple[int, int]]] = {}
        ways: dict[tuple[str, str], tuple[Object, list[tuple[str, str]]]] = {}
        for index, result in enumerate(results):
            numbers = {text: number for number, one in enumerate(result.item.relations) for text in one.hold}
            for one in result.held if result.item.id not in self.unproven else ():
                if not one.trail:
                    self._survived(
                        index, numbers[one.text], result.item, f"`{one.text}` goes through no object", "relations"
                    )
                first = (one.environment, one.text) not in asking
                asking.setdefault((one.environment, one.text), []).append((index, numbers[one.text]))
                for item, part in one.trail if first else ():
                    _, texts = ways.setdefault((one.environment, item.path), (item, []))
                    texts.append((one.text, part))
        survived = {
            (environment, text, said)
            for (environment, _), (item, texts) in ways.items()
            for text, said in self._unended(environment, item, texts)
        }
        for environment, text, said in sorted(survived):
            for index, number in asking[environment, text]:
                self._survived(index, number, results[index].item, said, "relations")

    def _unended(self, environment: str, item: Object, texts: Sequence[tuple[str, str]]) -> Iterator[tuple[str, str]]:
        """Relations that hold although an object they went through is broken, in words; equal breaks are made once."""
        ground = self.tree.ground(environment)
        assert ground is not None  # the relation was asked of it
        gone = ground.replacing(item, None)
        for part, wanted in groupby(sorted(texts, key=itemgetter(1, 0)), key=itemgetter(1)):
            asked = [text for text, _ in wanted]
            for word, change in broken_ways(item, part):
                other = ground.replacing(item, change) if change is not None else gone
                self.mutants += len(asked)
                for text in asked:
                    if not held(text, environment, other).failure:
                        yield text, f"`{text}` holds although {item} {word}"

    def _survived(self, index: int, number: int, item: Requirement, text: str, chapter: str = "evidence") -> None:
        location = self.loaded.locate(index, chapter, number)
        self.findings.append(Finding(location, "requirements.toothless", item.id, text, ADVICE))

    def _evidence(self, outcome: Shown) -> Iterator[str]:
        """What the evidence does not notice, in words."""
        evidence = outcome.evidence
        if not outcome.documents:
            return  # it demands absence, and there is nothing to break
        self.mutants += 1
        if evidence.minimum and not failures(evidence, ()):
            yield "holds although what it selects is gone"
        for text in _parts(evidence):
            expression = compile_expression(text)
            for path in sorted(expression.reads.paths, key=str):
                if not self._notices(expression, path, outcome):
                    yield f"`{text}` holds whatever becomes of {_shown(path)}"

    def _notices(self, expression: Expression, path: ReadPath, outcome: Shown) -> bool:
        """Whether some way to break `path` makes `expression` fail."""
        if path[0] == "text":
            return self._notices_text(expression, outcome)
        contents = [document.content for document in outcome.documents]
        first, text = contents[0], outcome.documents[0].text
        for variables in (
            ({"objects": broken} for broken in _break_set(contents, path[1:], expression.reads.literals))
            if path[0] == "objects"
            else ({"object": broken, "text": text} for broken in _break(first, path[1:], expression.reads.literals))
        ):
            self.mutants += 1
            if expression.failure(**variables):
                return True
        return False

    def _notices_text(self, expression: Expression, outcome: Shown) -> bool:
        """For prose: taking away, or adding, each string that the expression names."""
        document = outcome.documents[0]
        for literal in expression.reads.literals:
            self.mutants += 1
            if not expression.failure(text=_without(document.text, literal), object=document.content):
                return False
        return True


def _parts(evidence: Evidence) -> list[str]:
    """Every expression of the evidence, conjunction by conjunction, the selecting condition first."""
    texts = [evidence.select.where, *evidence.expect] if evidence.select.where is not None else evidence.expect
    return [part for text in texts for part in conjuncts(text)]


Change = Callable[[Any], Any]
_ABSENT: Any = object()
_GONE: Any = object()


def _break(document: Any, path: Sequence[Step], literals: Sequence[str]) -> Iterator[Any]:
    """`document` with what lies at `path` removed, changed or put in: everywhere, then in the first place only."""
    for change in _changes(literals):
        yield _rewrite(document, path, change)
    if EACH in path:
        for change in _changes(literals):
            yield _rewrite(document, path, _once(change))


def _break_set(documents: Sequence[Any], path: Sequence[Step], literals: Sequence[str]) -> Iterator[list[Any]]:
    if not path:
        yield list(documents[1:])
        yield [*documents, documents[0]]
    for change in _changes(literals):
        yield _rewrite(list(documents), path, change)
        yield _rewrite(list(documents), path, _once(change))


def _changes(literals: Sequence[str]) -> Iterator[Change]:
    yield lambda value: _GONE
    yield _otherwise
    yield _enlarged
    yield lambda value: 1 if value is _ABSENT else 0 if isinstance(value, int) else None
    yield lambda value: {} if value is _ABSENT else value
    for literal in literals:
        yield partial(_appended, literal)
        yield partial(_replaced, literal)


def _appended(literal: str, value: Any) -> Any:
    return f"{value} {literal}" if isinstance(value, str) else literal


def _replaced(literal: str, value: Any) -> Any:
    return literal


def _otherwise(value: Any) -> Any:
    """Another value of the same type."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int | float):
        return value + 1
    return [] if isinstance(value, list) else {} if isinstance(value, dict) else MARK


def _enlarged(value: Any) -> Any:
    """More of the same type."""
    if isinstance(value, list):
        return [*value, MARK]
    if isinstance(value, dict):
        return {**value, MARK: MARK}
    return value * 1000 + 1 if isinstance(value, int | float) else True


def _once(change: Change) -> Change:
    """`change` for the first value it meets, and no other."""
    done = False

    def first_only(value: Any) -> Any:
        nonlocal done
        if done:
            return _GONE if value is _ABSENT else value
        done = True
        return change(value)

    return first_only


def _rewrite(value: Any, path: Sequence[Step], change: Change) -> Any:
    """A copy of `value` along `path`, with `change` applied to everything there."""
    if not path:
        return change(value)
    step, rest = path[0], path[1:]
    if value is _ABSENT:
        new = _rewrite(_ABSENT, rest, change) if isinstance(step, str) and step != EACH else _GONE
        return _GONE if new is _GONE else {step: new}
    if isinstance(value, dict):
        return _rewrite_mapping(value, step, rest, change)
    if isinstance(value, list):
        indexes = range(len(value)) if step == EACH else [step] if isinstance(step, int) and step < len(value) else []
        new_items = {index: _rewrite(value[index], rest, change) for index in indexes}
        items = [new_items.get(index, item) for index, item in enumerate(value)]
        return [item for item in items if item is not _GONE]
    return value


def _rewrite_mapping(value: dict[str, Any], step: Step, rest: Sequence[Step], change: Change) -> dict[str, Any]:
    result = dict(value)
    if step == EACH and not rest:  # an expression that goes through a mapping reads its keys
        return {str(new): item for key, item in value.items() if (new := change(key)) is not _GONE}
    for key in list(value) if step == EACH else [str(step)]:
        new = _rewrite(value.get(key, _ABSENT), rest, change)
        if new is _GONE:
            result.pop(key, None)
        else:
            result[key] = new
    return result


def _without(text: str, literal: str) -> str:
    """`text` without every occurrence of `literal`, read as a string or as a pattern; with it, where it had none."""
    if literal in text:
        return text.replace(literal, "")
    try:
        changed = re.sub(literal, "", text)
    except re.error:
        changed = text
    return changed if changed != text else f"{text}\n{literal}\n"


def _shown(path: ReadPath) -> str:
    return ".".join(str(step) for step in path[1:] if step != EACH) or str(path[0])
