"""From merged data to a checked environment: types, then rules, every problem at its line."""

from __future__ import annotations

from collections.abc import Iterable

from pydantic import ValidationError

from groundplan.errors import EnvironmentFileError, Finding
from groundplan.loading.complaints import validation_findings
from groundplan.model.environment import Environment
from groundplan.rules.consistency import inconsistencies
from groundplan.rules.problem import Problem
from groundplan.yaml.marked import MarkedYaml, dotted, locate


def build(marked: MarkedYaml, shown: str) -> Environment:
    """Type-check and cross-check merged data.

    Raises:
        EnvironmentFileError: with every problem, at the line it was written.
    """
    try:
        model = Environment.model_validate(marked.data)
    except ValidationError as error:
        raise EnvironmentFileError(validation_findings(error.errors(), marked, shown)) from None
    findings = at_their_lines(inconsistencies(model), marked, shown)
    if findings:
        raise EnvironmentFileError(findings)
    return model


def at_their_lines(problems: Iterable[Problem], marked: MarkedYaml, shown: str) -> list[Finding]:
    """Each problem at the line of the file it speaks of."""
    return [
        Finding(locate(marked.marks, path, shown), rule, dotted(path), message, advice)
        for path, rule, message, advice in problems
    ]
