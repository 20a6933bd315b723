"""Samples as Prometheus would have them: with every label that the series gets from its exporter and its target.

A join that forgets `on (...)` works between samples that have only the labels somebody thought of, and between no others.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from groundplan.checks.observability.exporters import Series
from groundplan.checks.observability.judged import PARTS
from groundplan.checks.observability.targets import Scraped, Target
from groundplan.model.samples import series_and_labels
from groundplan.observability.alert import Sampled


@dataclass(frozen=True, slots=True)
class OneSeries:
    """A series with all of its labels."""

    name: str
    """Name."""

    labels: tuple[tuple[str, str], ...]
    """Labels, sorted."""

    def __str__(self) -> str:
        told = ",".join(f'{label}="{value}"' for label, value in self.labels)
        return f"{self.name}{{{told}}}"


Values = Mapping[OneSeries, float | str]
"""What each series says, as `model/samples.py` writes it."""


class UnscrapedError(Exception):
    """A sample of a series that nothing scraped could have."""

    def __init__(self, message: str, advice: str) -> None:
        super().__init__(message)
        self.advice = advice


def as_scraped(samples: Sampled, known: Scraped) -> Values:
    """The samples with the labels they have once they are scraped.

    Raises:
        UnscrapedError: for a series that no target exposes, or exposes with other labels.
    """
    return dict(_one(text, value, known) for text, value in samples.items())


def _one(text: str, value: float | str, known: Scraped) -> tuple[OneSeries, float | str]:
    name, labels = series_and_labels(text)
    if name in known.records:
        return OneSeries(name, tuple(sorted(labels.items()))), value
    found = list(_exposed(name, known))
    if not found:
        near = difflib.get_close_matches(name, list(known.series), 1)
        advice = f"did you mean `{near[0]}`?" if near else "write series that something exposes"
        raise UnscrapedError(f"shows `{name}`, which nothing that is scraped exposes", advice)
    for series, target in found:
        whole = _whole(labels, series, target, name)
        if whole is not None:
            return OneSeries(name, tuple(sorted(whole.items()))), value
    possible = frozenset().union(*(target.labels_of(series) or () for series, target in found))
    wrong = sorted(set(labels) - possible) or sorted(labels)
    message = f"shows `{text}`, and nothing exposes it with such {', '.join(wrong)}"
    raise UnscrapedError(message, f"its labels are {', '.join(sorted(possible))}")


def _exposed(name: str, known: Scraped) -> Iterator[tuple[Series, Target]]:
    yield from known.series.get(name, ())
    for end, kinds in PARTS.items():
        if name.endswith(end):
            whole = known.series.get(name.removesuffix(end), ())
            yield from ((series, target) for series, target in whole if series.type in kinds)


def _whole(labels: Mapping[str, str], series: Series, target: Target, name: str) -> Mapping[str, str] | None:
    """The labels with those that are missing; None where the target does not have such a series."""
    every = target.labels_of(series)
    extra = {"le"} if name.endswith("_bucket") else {"quantile"} if series.type == "summary" else set()
    if every is not None and not set(labels) <= every | extra:
        return None
    honest = target.honors and series.labels is not None
    for label, value in labels.items():
        of_target = target.values.get(label)
        written = label in target.labels and not (honest and label in (series.labels or ()))
        if written and of_target is not None and value not in of_target:
            return None
    return {**{label: _filled(label, target) for label in (every or target.labels)}, **labels}


def _filled(label: str, target: Target) -> str:
    """A value of a label that the sample leaves open: the target's own where it is known."""
    return min(target.values.get(label) or {f"{label}-of-{target.at.name}"})
