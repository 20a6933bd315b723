"""The jobs of a system's workflows, each with the commands of its steps."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path, PurePosixPath
from typing import Any

from groundplan.checks.documents.shell import EXPRESSION, Command, commands
from groundplan.checks.inventory import Inventory
from groundplan.layout import PIPELINES, pipelines_dir
from groundplan.yaml.marked import locate, parse_marked_yaml

_VARIABLE = re.compile(r"\$\{?(\w+)\}?")


@dataclass(frozen=True, slots=True)
class Job:
    """One job."""

    name: str
    """Its id."""

    document: Mapping[str, Any]
    """What the workflow says of it."""

    line: int
    """Line of the file it begins on."""

    commands: tuple[Command, ...]
    """Commands of its steps, with the variables of the workflow filled in."""


@dataclass(frozen=True, slots=True)
class Workflow:
    """One workflow."""

    file: str
    """Path in the repository."""

    system: str
    """System whose code it is copied to."""

    document: Mapping[str, Any]
    """The whole workflow."""

    jobs: tuple[Job, ...]
    """Its jobs."""


def read_workflows(inventory: Inventory) -> list[Workflow]:
    """Every workflow of the tree."""
    return [
        _workflow(inventory.root, path)
        for path in inventory.other_files
        if PurePosixPath(path).suffix == ".yml" and PurePosixPath(path).parts[2:3] == (PIPELINES,)
    ]


def workflows_of(root: Path, system: str) -> list[Workflow]:
    """Every workflow of a system, whatever else was asked for."""
    found = sorted((root / pipelines_dir(system)).rglob("*.yml"))
    return [_workflow(root, path.relative_to(root).as_posix()) for path in found]


def _workflow(root: Path, path: str) -> Workflow:
    return _parsed(path, (root / path).read_text("utf-8"))


@lru_cache(maxsize=1024)
def _parsed(path: str, text: str) -> Workflow:
    """A workflow, read once: whoever judges many broken trees asks for the same ones again and again."""
    marked = parse_marked_yaml(text, path)
    document = marked.data
    jobs = tuple(
        Job(
            name,
            job,
            locate(marked.marks, ("jobs", name), path).line,
            tuple(
                _commands(
                    document,
                    job,
                    lambda step, name=name: locate(marked.marks, ("jobs", name, "steps", step, "run"), path).line,
                )
            ),
        )
        for name, job in document.get("jobs", {}).items()
    )
    return Workflow(path, PurePosixPath(path).parts[1], document, jobs)


def _commands(workflow: Mapping[str, Any], job: Mapping[str, Any], line_of: Any) -> Iterator[Command]:
    for number, step in enumerate(job.get("steps", ())):
        variables = {**workflow.get("env", {}), **job.get("env", {}), **step.get("env", {})}
        for command in commands(step.get("run", ""), line_of(number) + 1):
            words = tuple(_filled(word, variables) for word in command.words)
            yield Command(words, command.line, command.reads, command.writes)


def _filled(word: str, variables: Mapping[str, Any]) -> str:
    """`word` with the variables whose value is in the file; what GitHub fills in at run time stays a variable."""

    def value(match: re.Match[str]) -> str:
        text = str(variables.get(match[1], match[0]))
        return match[0] if EXPRESSION.search(text) else text

    return _VARIABLE.sub(value, word)
