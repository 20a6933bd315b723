"""What GitHub would refuse or misread in a workflow, found before it is written.

GitHub only says so after the push, and says nothing at all of an expression that is always empty.
See https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax .
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from groundplan.kubernetes.objects import Json

_EXPRESSION = re.compile(r"\$\{\{(.*?)\}\}", re.DOTALL)
_TEXT = re.compile(r"'(?:[^']|'')*'")
_REFERENCE = re.compile(r"(?<![\w.'-])([a-z_]+)((?:\.[A-Za-z_][\w-]*)+)")
_JOB_ID = re.compile(r"^[A-Za-z_][A-Za-z0-9_-]*$")
_PINNED = re.compile(r"^[\w.-]+/[\w./-]+@[0-9a-f]{40}$")
_UNTRUSTED = re.compile(r"\$\{\{[^}]*(github\.event\.|github\.head_ref|github\.ref_name|inputs\.)")

CONTEXTS = frozenset(
    {"env", "github", "inputs", "job", "jobs", "matrix", "needs", "runner", "secrets", "steps", "strategy", "vars"}
)
"""The names an expression may start with."""

Problem = tuple[str, str]
"""Where in the workflow, and what is wrong."""


def problems(workflow: Json) -> Iterator[Problem]:
    """Everything that is wrong with the structure of `workflow`."""
    for key in ("name", "on", "permissions", "jobs"):
        if not workflow.get(key):
            yield key, "is missing"
    jobs: Json = workflow.get("jobs") or {}
    for name, job in jobs.items():
        yield from _job(name, job, jobs)
    yield from _circles(jobs)
    yield from _unbalanced(workflow, "workflow")


def _job(name: str, job: Json, jobs: Json) -> Iterator[Problem]:
    where = f"jobs.{name}"
    if not _JOB_ID.match(name):
        yield where, "is not a job id; write letters, digits, - and _"
    for key in ("runs-on", "steps", "timeout-minutes"):
        if not job.get(key):
            yield f"{where}.{key}", "is missing"
    for needed in _needs(job):
        if needed not in jobs:
            yield f"{where}.needs", f"there is no job `{needed}`"
    earlier: set[str] = set()
    for index, step in enumerate(job.get("steps") or ()):
        yield from _step(f"{where}.steps[{index}]", step, earlier, job)
        if "id" in step:
            earlier.add(step["id"])
    for key in ("if", "outputs", "env", "environment"):
        yield from _expressions(f"{where}.{key}", job.get(key), earlier, job, bare=key == "if")


def _step(where: str, step: Json, earlier: set[str], job: Json) -> Iterator[Problem]:
    if ("uses" in step) == ("run" in step):
        yield where, "takes exactly one of uses and run"
    if "uses" in step and not _PINNED.match(step["uses"]):
        yield f"{where}.uses", f"`{step['uses']}` is not pinned by commit"
    if _UNTRUSTED.search(step.get("run", "")):
        yield f"{where}.run", "puts text that others choose into a script; pass it through env"
    if step.get("id") in earlier:
        yield f"{where}.id", f"`{step['id']}` stands twice"
    for key, value in step.items():
        yield from _expressions(f"{where}.{key}", value, earlier, job, bare=key == "if")


def _expressions(where: str, value: Any, earlier: set[str], job: Json, *, bare: bool = False) -> Iterator[Problem]:
    for text in _texts(value):
        for expression in [text] if bare else _EXPRESSION.findall(text):
            yield from _references(where, expression, earlier, job)


def _references(where: str, expression: str, earlier: set[str], job: Json) -> Iterator[Problem]:
    code = _TEXT.sub("''", expression)
    if code.count("(") != code.count(")") or "'" in code.replace("''", ""):
        yield where, f"`{expression.strip()}` has unbalanced brackets or quotes"
    for context, path in _REFERENCE.findall(code):
        first = path.split(".")[1]
        if context not in CONTEXTS:
            yield where, f"there is no context `{context}`"
        elif context == "needs" and first not in _needs(job):
            yield where, f"reads the job `{first}`, which is not among its needs"
        elif context == "steps" and first not in earlier:
            yield where, f"reads the step `{first}`, which does not come before it"


def _needs(job: Json) -> list[str]:
    needs = job.get("needs", [])
    return [needs] if isinstance(needs, str) else list(needs)


def _circles(jobs: Json) -> Iterator[Problem]:
    done: set[str] = set()
    while ready := [name for name, job in jobs.items() if name not in done and done.issuperset(_needs(job))]:
        done.update(ready)
    stuck = sorted(name for name in jobs.keys() - done if set(_needs(jobs[name])) <= jobs.keys())
    if stuck:
        yield f"jobs.{stuck[0]}.needs", "can never run: what it needs needs it, or cannot run itself"


def _unbalanced(value: Any, where: str) -> Iterator[Problem]:
    for text in _texts(value):
        if text.count("${{") != len(_EXPRESSION.findall(text)):
            yield where, f"`{text.strip()[:60]}` opens an expression it does not close"


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from _texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)
