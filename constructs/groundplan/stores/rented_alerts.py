"""The alert about a store the cloud runs: whether it is reached from where its callers stand."""

from __future__ import annotations

from groundplan.observability.alert import Alert
from groundplan.observability.shapes import falls_silent, silent


def unreachable(namespace: str, store: str, *, alert: str, look: str) -> Alert:
    """That the prober gets no answer; what is inside the store, the cloud watches. `look` is the command that shows it."""
    probe = f'probe_success{{namespace="{namespace}",store="{store}"}}'
    return Alert(
        name=alert,
        expr=silent(probe),
        severity="critical",
        summary=f"{store} cannot be reached from the cluster",
        action=f"{look}; look at its private endpoint and at the service's health in its region",
        service=store,
        trial=falls_silent(probe),
    )
