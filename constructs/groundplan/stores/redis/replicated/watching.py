"""What is watched and drawn of a replicated Redis, from its exporters' metrics."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from groundplan.model.samples import GONE
from groundplan.observability.alert import Alert, trial
from groundplan.observability.panel import Panel
from groundplan.observability.shapes import falls_silent, silent
from groundplan.stores.volumes import volumes_panel

if TYPE_CHECKING:
    from groundplan.stores.redis.replicated.store import AnyReplicated


def matchers(store: AnyReplicated) -> str:
    """Label matchers of every member."""
    numbers = "-[0-9]+" * (1 if store.quorum is not None else 2)
    return f'namespace="{store.environment.namespace}",pod=~"{store.name}{numbers}"'


def pod(store: AnyReplicated, number: int, *labels: str) -> str:
    """The labels of one member of the first set, with further ones."""
    own = [f'namespace="{store.environment.namespace}"', f'pod="{store.member_sets()[0].name}-{number}"', *labels]
    return f"{{{','.join(own)}}}"


def alerts(store: AnyReplicated) -> Iterator[Alert]:
    """Members that are gone, followers without a leader, memory, and files that are not written."""
    pods, name, namespace = matchers(store), store.name, store.environment.namespace
    first, second = pod(store, 0), pod(store, 1)
    yield Alert(
        name="CacheMemberDown",
        expr=silent(f"redis_up{{{pods}}}"),
        summary=f"a server of {name} does not answer; the others go on",
        action=f"kubectl -n {namespace} get pods -l app={name}; look at the log of the one that is not ready",
        service=name,
        trial=falls_silent(f"redis_up{first}", f"redis_up{second}"),
    )
    yield Alert(
        name="CacheReplicaCutOff",
        expr=f"min(redis_master_link_up{{{pods}}}) == 0",
        severity="critical",
        summary=f"a replica of {name} gets nothing from its primary; what is written now is lost with that",
        action=f"kubectl -n {namespace} logs <pod> -c redis; look whether the primary's buffer is too small",
        service=name,
        trial=trial({f"redis_master_link_up{second}": 1}, {f"redis_master_link_up{second}": 0}),
    )
    share = f"redis_memory_used_bytes{{{pods}}} / (redis_memory_max_bytes{{{pods}}} > 0)"
    yield Alert(
        name="CacheNearlyFull",
        expr=f"max({share}) > 0.9",
        wait="10m",
        summary=f"{name} has used nine tenths of its memory",
        action="look which keys grow; raise the memory limit in the environment file",
        service=name,
        trial=trial(
            {
                **{f"redis_memory_max_bytes{each}": 1000 for each in (first, second)},
                **{f"redis_memory_used_bytes{each}": 800 for each in (first, second)},
            },
            {f"redis_memory_used_bytes{first}": 950},
        ),
    )
    yield Alert(
        name="CacheNotWritten",
        expr=f"min(redis_aof_last_write_status{{{pods}}}) == 0",
        severity="critical",
        summary=f"a server of {name} cannot write what it holds to its volume",
        action="look how full the volume is; until then a restart loses what came in",
        service=name,
        trial=trial(
            {f"redis_aof_last_write_status{first}": 1, f"redis_aof_last_write_status{second}": 1},
            {f"redis_aof_last_write_status{second}": 0},
        ),
    )


def leaders(store: AnyReplicated, count: int) -> Iterator[Alert]:
    """That there are fewer or more primaries than there must be: `count`."""
    pods, name, namespace = matchers(store), store.name, store.environment.namespace
    series = f'redis_instance_info{{{pods},role="master"}}'
    names = [f"{members.name}-0" for members in store.member_sets()]
    led = [f'redis_instance_info{{namespace="{namespace}",pod="{each}",role="master"}}' for each in names]
    leads = 'role="master"'
    more = f"redis_instance_info{pod(store, 1, leads)}"
    good = dict.fromkeys(led, 1.0)
    yield Alert(
        name="CacheDown",
        expr=f"(count({series}) or vector(0)) < {count}",
        wait="1m",
        severity="critical",
        summary=f"{name} has fewer than {count} that lead: nobody takes what is written",
        action=f"kubectl -n {namespace} logs -l app={name} -c {'sentinel' if store.quorum else 'tender'} --prefix",
        service=name,
        trial=trial(good, {led[0]: GONE}),
    )
    yield Alert(
        name="CacheSplit",
        expr=f"count({series}) > {count}",
        wait="2m",
        severity="critical",
        summary=f"{name} has more than {count} that lead; what one of them takes will be lost",
        action=f"kubectl -n {namespace} get pods -l app={name} -o wide; stop the pod that the others do not follow",
        service=name,
        trial=trial(good, {**good, more: 1.0}),
    )


def panels(store: AnyReplicated) -> Iterator[Panel]:
    """Memory, commands, who leads, volumes."""
    pods = matchers(store)
    yield Panel(title="Memory", queries={"{{pod}}": f"redis_memory_used_bytes{{{pods}}}"}, unit="bytes")
    yield Panel(
        title="Commands", queries={"{{pod}}": f"rate(redis_commands_processed_total{{{pods}}}[5m])"}, unit="ops"
    )
    yield Panel(title="Leads", queries={"{{pod}}": f'count by (pod) (redis_instance_info{{{pods},role="master"}})'})
    yield Panel(title="Evicted keys", queries={"{{pod}}": f"rate(redis_evicted_keys_total{{{pods}}}[5m])"}, unit="ops")
    yield volumes_panel(store.environment.namespace, store.name)
