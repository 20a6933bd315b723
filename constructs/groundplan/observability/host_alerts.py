"""Alerts about public hosts: those that promise to answer, and those a standby would take over."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from groundplan.facts.standby import waits
from groundplan.model.environment import Environment
from groundplan.observability.alert import Alert, trial
from groundplan.observability.probed import asked_hosts
from groundplan.observability.shapes import burning, falls_silent, silent


def host_alerts(environment: Environment) -> Iterator[Alert]:
    """A host that does not answer, and one whose promise is at risk; on a standby, the peer's that does not answer."""
    promised = environment.ingress.availability if environment.ingress is not None else None
    for host in asked_hosts(environment):
        answers = f'probe_success{{namespace="{environment.namespace}",host="{host}"}}'
        if waits(environment):
            yield _of_the_peer(host, answers)
            continue
        yield Alert(
            name="HostUnreachable",
            expr=silent(answers),
            severity="critical",
            summary=f"{host} does not answer with success",
            action="look at the ingress controller's pods and at the certificate, then at the service behind the path",
            service=host,
            trial=falls_silent(answers),
        )
        if promised is not None:
            yield from burning(host, promised, partial(_fails_more, answers), trial({answers: 1}, {answers: 0}))


def _fails_more(answers: str, window: str, limit: str) -> str:
    return f"(1 - min(avg_over_time({answers}[{window}])) > {limit})"


def _of_the_peer(host: str, answers: str) -> Alert:
    """Asked from the other region, where it is heard although the first one is gone."""
    return Alert(
        name="PrimaryUnreachable",
        expr=silent(answers),
        wait="10m",
        severity="critical",
        summary=f"{host} has not answered the standby's region for ten minutes",
        action="look whether the primary's own alerts say why; if its region is gone, fail over by the disaster recovery page",
        service=host,
        trial=falls_silent(answers),
    )
