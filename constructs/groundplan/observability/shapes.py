"""What alerts about different things have in common: silence, and a promise at risk."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from groundplan.model.samples import GONE
from groundplan.observability.alert import Alert, Severity, Trial, trial

BURNS: tuple[tuple[float, str, str, Severity], ...] = ((14.4, "1h", "5m", "critical"), (6, "6h", "30m", "warning"))
"""Rate at which the error budget of 30 days burns, long and short window, severity.

14.4 spends 2 % of it in an hour, 6 spends 5 % in six. See https://sre.google/workbook/alerting-on-slos/ .
"""


def silent(series: str, *, worst: str = "min") -> str:
    """PromQL: nobody reports `series`, or it is 0.

    Args:
        series: selector of a metric that is 1 while all is well.
        worst: how several are taken together. Default `min`: one that is silent is enough; `sum`: all of them.
    """
    return f"absent({series}) or {worst}({series}) == 0"


def falls_silent(one: str, other: str | None = None) -> Trial:
    """The unit test of `silent`: one series is 0, or nobody reports any.

    Args:
        one: a series with the labels that tell it apart.
        other: a second one, which is well all the time. Default there is none.
    """
    both = [series for series in (one, other) if series is not None]
    return trial(dict.fromkeys(both, 1), {one: 0}, dict.fromkeys(both, GONE))


def burning(subject: str, promised: float, exceeds: Callable[[str, str], str], fails: Trial) -> Iterator[Alert]:
    """That the error budget of 30 days is spent too fast to last.

    Args:
        subject: the service or host that promises.
        promised: availability in percent.
        exceeds: window and limit to PromQL that is true while the share of failures in the window exceeds the limit.
        fails: series of one that keeps its promise, and of one that fails every time.
    """
    budget = round((100 - promised) / 100, 9)
    for factor, long, short, severity in BURNS:
        yield Alert(
            name="ErrorBudgetBurning",
            expr=" and ".join(exceeds(window, f"{factor} * {budget:g}") for window in (long, short)),
            wait="2m",
            severity=severity,
            summary=f"{subject} fails so often that {promised:g} % over 30 days is at risk",
            action="compare with the last deployment; roll back in Argo CD if the times agree",
            service=subject,
            trial=fails,
        )
