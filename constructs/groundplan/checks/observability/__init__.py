"""The observability gate: what is asked is measured, what is wrong is heard, and who watches is watched."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import chain

from groundplan.checks.effects import effects
from groundplan.checks.gate import Context, Verdict
from groundplan.checks.inventory import Inventory
from groundplan.checks.observability.alerts import late, overwritten, silent, unexplained, unlabelled, unwatched
from groundplan.checks.observability.asked import Query, queries
from groundplan.checks.observability.autoscalers import blind, forgetful, unread, unserved
from groundplan.checks.observability.dashboards import dashboards
from groundplan.checks.observability.judged import Trouble, judge_query
from groundplan.checks.observability.releases import unmeasured
from groundplan.checks.observability.routes import SILENT, Found, Heartbeat, Routing, heartbeat, unheard
from groundplan.checks.observability.scrapes import doubled, leading_nowhere, retention
from groundplan.checks.observability.targets import Scraped, scraped
from groundplan.checks.observability.values import Values
from groundplan.checks.reachability.view import Place, places
from groundplan.errors import EnvironmentFileError, Finding, Severity


def run(inventory: Inventory, context: Context) -> Verdict:
    """Judge every expression, monitor, route and dashboard, cluster by cluster."""
    judged, findings, beats = 0, [], []
    try:
        for place in places(inventory, context):
            if retention(place.cluster) is None:
                continue
            known, asked = scraped(place), list(queries(place.cluster))
            judged += len(asked) + len(known.targets)
            findings += [
                *_expressions(inventory, context, place, known, asked),
                *_cluster(inventory, place, known, asked),
                *_findings(inventory, unmeasured(context, place.cluster)),
            ]
            beat = heartbeat(place.name, place.cluster, Routing(place.cluster))
            beats += [beat] if beat is not None else []
    except EnvironmentFileError as error:
        return Verdict(0, error.findings)
    rented = (judge(inventory, context) for module in effects("observability") for judge in module.JUDGES)
    found = [*chain.from_iterable(rented), *_heartbeats(beats, context)]
    return Verdict(judged, (*findings, *_findings(inventory, found)))


def _expressions(
    inventory: Inventory, context: Context, place: Place, known: Scraped, asked: Iterable[Query]
) -> Iterator[Finding]:
    values, kept = Values(place.cluster), retention(place.cluster) or 0
    own = frozenset(url.removesuffix(".git") for url in inventory.own_repositories)
    for query in asked:
        troubles: list[Trouble] = list(judge_query(query, known, values, kept))
        if query.rule:
            troubles += [*late(query), *overwritten(query), *unlabelled(query), *unexplained(query, context.root, own)]
        for rule, message, advice in dict.fromkeys(troubles):
            yield inventory.finding(query.item, query.path, f"observability.{rule}", f"{query.title} {message}", advice)


def _cluster(inventory: Inventory, place: Place, known: Scraped, asked: list[Query]) -> Iterator[Finding]:
    alerts, cluster = [query for query in asked if query.rule], place.cluster
    found: list[Found] = [*unheard(cluster, Routing(cluster), alerts), *unserved(cluster), *unread(cluster)]
    found += [
        *blind(cluster, alerts),
        *forgetful(cluster),
        *silent(cluster, alerts),
        *dashboards(cluster),
        *doubled(known),
        *leading_nowhere(cluster, known),
    ]
    for target, message in unwatched(known, asked):
        advice = "alert on absent(up{...}) of it"
        found.append((target.at, ("spec",), "unwatched", f"{target.monitor}: {message}", advice))
    yield from _findings(inventory, found)


def _heartbeats(beats: list[Heartbeat], context: Context) -> Iterator[Found]:
    """Every cluster has a reader of its own outside, who notices when it falls silent."""
    for beat in beats:
        same = [
            other.cluster for other in beats if other is not beat and beat.address and other.address == beat.address
        ]
        if not beat.address:
            message = "sends no heartbeat out of the cluster: when it is gone, nobody hears of it"
            rule = "heartbeat" if _wants_one(beat, context) else SILENT
            yield beat.at, ("spec",), rule, message, "write a receiver with heartbeat: true"
        elif same:
            message = f"sends its heartbeat where {', '.join(same)} sends one: each hides that the other is silent"
            yield beat.at, ("spec", "receivers"), "heartbeat", message, "give each cluster a value of its own"


def _wants_one(beat: Heartbeat, context: Context) -> bool:
    """Whether the environment names somebody to send it to."""
    environment = context.environment_of(beat.at)
    receivers = environment.observability.receivers if environment is not None else {}
    return any(receiver.heartbeat for receiver in receivers.values())


def _findings(inventory: Inventory, found: Iterable[Found]) -> Iterator[Finding]:
    for item, path, rule, message, advice in dict.fromkeys(found):
        finding = inventory.finding(item, path, f"observability.{rule}", message, advice)
        yield replace(finding, severity=Severity.WARNING) if rule == SILENT else finding
