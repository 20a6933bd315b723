"""Sample series: by which an alert says when it fires and when it stays silent."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator, Field

from groundplan.model.values import Model, seconds

GONE = "gone"
"""Value of a series that was there while all was well, and is no longer."""

_SERIES = re.compile(r'([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{((?:[a-zA-Z_]\w*="[^"]*",?)*)\})?')
_LABEL = re.compile(r'([a-zA-Z_]\w*)="([^"]*)"')
_VALUE = re.compile(r"-?[0-9]+(?:\.[0-9]+)?|[0-9]+(?:\.[0-9]+)?/m|[0-9]+(?:s|m|h|d) ago|in [0-9]+(?:s|m|h|d)|gone")


def series_and_labels(text: str) -> tuple[str, dict[str, str]]:
    """Name and labels of one series.

    Raises:
        ValueError: where it is not one series.
    """
    match = _SERIES.fullmatch(text)
    if match is None:
        raise ValueError(f'`{text}` is not one series; write it like http_requests_total{{service="web",status="500"}}')
    return match[1], dict(_LABEL.findall(match[2] or ""))


def sampled(value: float | str, *, end: float) -> tuple[float, float]:
    """What a series starts from and by how much it rises each minute, in a time that is over at `end`.

    Args:
        value: a number; `10/m`, which rises by ten each minute; `26h ago` or `in 5d`, which are points in time.
        end: seconds of the clock when that time is over.
    """
    text = str(value)
    if text.endswith("/m"):
        return 0.0, float(text.removesuffix("/m"))
    if text.endswith(" ago"):
        return end - seconds(text.removesuffix(" ago")), 0.0
    if text.startswith("in "):
        return end + seconds(text.removeprefix("in ")), 0.0
    return float(text), 0.0


def _series(text: str) -> str:
    series_and_labels(text)
    return text


def _value(value: float | str) -> float | str:
    if not _VALUE.fullmatch(str(value)):
        raise ValueError(f"`{value}` is not a sample; write a number, 10/m, 26h ago, in 5d, or gone")
    return value


SampledSeries = Annotated[str, AfterValidator(_series)]
"""One series with the labels that tell it apart; those that every scraped series gets are added."""

SampledValue = Annotated[float | str, AfterValidator(_value)]
"""A number; `10/m` rises by ten each minute; `26h ago` and `in 5d` are points in time; `gone`: it is no longer there."""


class Trial(Model):
    """When an alert fires and when it does not, in series that could be scraped: its unit test."""

    silent: dict[SampledSeries, SampledValue] = Field(min_length=1)
    """Every series it reads, as it is while all is well."""

    fires: list[dict[SampledSeries, SampledValue]] = Field(min_length=1)
    """Each trouble that it must notice, by the series that are then different; it must fire in each."""
