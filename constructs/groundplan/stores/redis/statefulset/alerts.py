"""What is watched and drawn of a Redis in the cluster, from its exporter's metrics."""

from __future__ import annotations

from collections.abc import Iterator

from groundplan.observability.alert import Alert, trial
from groundplan.observability.panel import Panel
from groundplan.observability.shapes import falls_silent, silent
from groundplan.stores.volumes import pods_of, volumes_panel


def alerts(namespace: str, name: str) -> Iterator[Alert]:
    """Whether it answers, and how full it is."""
    pods = pods_of(namespace, name)
    one, other = (f'{{namespace="{namespace}",pod="{name}-{number}"}}' for number in (0, 1))
    yield Alert(
        name="CacheDown",
        expr=silent(f"redis_up{{{pods}}}"),
        severity="critical",
        summary=f"{name} does not answer",
        action=f"kubectl -n {namespace} describe pod {name}-0",
        service=name,
        trial=falls_silent(f"redis_up{one}", f"redis_up{other}"),
    )
    yield Alert(
        name="CacheNearlyFull",
        expr=f"max(redis_memory_used_bytes{{{pods}}} / (redis_memory_max_bytes{{{pods}}} > 0)) > 0.9",
        wait="10m",
        summary=f"{name} has used nine tenths of its memory",
        action="look which keys grow; raise the memory limit in the environment file",
        service=name,
        trial=trial(
            {
                **{f"redis_memory_max_bytes{pod}": 1000 for pod in (one, other)},
                **{f"redis_memory_used_bytes{pod}": 800 for pod in (one, other)},
            },
            {f"redis_memory_used_bytes{one}": 950},
        ),
    )


def panels(namespace: str, name: str) -> Iterator[Panel]:
    """Memory, commands, volume."""
    pods = pods_of(namespace, name)
    yield Panel(title="Memory", queries={"used": f"redis_memory_used_bytes{{{pods}}}"}, unit="bytes")
    commands = f"rate(redis_commands_processed_total{{{pods}}}[5m])"
    yield Panel(title="Commands", queries={"commands": commands}, unit="ops")
    yield volumes_panel(namespace, name)
