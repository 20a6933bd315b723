"""What upstream charts add to a cluster as the network sees it, from their recorded facts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from groundplan.chart_facts import ChartFacts
from groundplan.chart_facts.facts import Alerts
from groundplan.chart_facts.pods import Pod
from groundplan.chart_facts.traffic import Monitor, NetworkPolicy, Service, Webhook
from groundplan.checks.inventory import Object
from groundplan.checks.reachability.pods import Led, Pods


@dataclass(frozen=True, slots=True)
class ChartWorld:
    """Everything of one cluster's charts that packets meet."""

    pods: tuple[Pods, ...] = ()
    """Their pods. Default none."""

    services: tuple[tuple[Led, Mapping[str, str]], ...] = ()
    """Their Services, each with its labels. Default none."""

    policies: tuple[Object, ...] = ()
    """Their network policies, as if they were rendered here: each lies in the file of the Application that brings it."""

    monitors: tuple[tuple[Object, Monitor], ...] = ()
    """What they have scraped, each with its Application. Default nothing."""

    unknown: tuple[Object, ...] = ()
    """Applications whose chart nobody has recorded. Default none."""

    rules: tuple[Alerts, ...] = ()
    """Their rules. Default none."""

    webhooks: tuple[tuple[Object, Webhook], ...] = ()
    """Where the API server calls them, each with its Application. Default nowhere."""


def chart_world(applications: Iterable[Object], facts_of: Callable[[Object], ChartFacts | None]) -> ChartWorld:
    """What the charts of `applications`, which live in one cluster, bring."""
    facts_by = [(application, facts_of(application)) for application in applications]
    known = [(application, facts) for application, facts in facts_by if facts is not None]
    return ChartWorld(
        unknown=tuple(item for item, facts in facts_by if facts is None and "chart" in (item.spec.get("source") or {})),
        pods=tuple(_pods(pod) for _, facts in known for pod in facts.pods),
        services=tuple((_led(service), service.labels) for _, facts in known for service in facts.services),
        policies=tuple(_policy(item, policy) for item, facts in known for policy in facts.network_policies),
        monitors=tuple((item, monitor) for item, facts in known for monitor in facts.monitors),
        rules=tuple(rules for _, facts in known for rules in facts.rules),
        webhooks=tuple(_webhooks(known)),
    )


def _webhooks(known: Iterable[tuple[Object, ChartFacts]]) -> Iterator[tuple[Object, Webhook]]:
    for application, facts in known:
        yield from ((application, webhook) for webhook in facts.webhooks if webhook.service)


def _pods(pod: Pod) -> Pods:
    ports: dict[str, int] = {}
    for container in pod.containers:
        for port in container.ports:
            ports[str(port.number)] = port.number
            if port.name:
                ports[port.name] = port.number
    names = tuple(container.name for container in pod.containers)
    return Pods(
        pod.namespace,
        pod.labels,
        pod.name,
        ports,
        account=pod.account,
        kind=pod.kind,
        containers=names,
        host_network=pod.host_network,
        node_selector=pod.node_selector,
        tolerations=pod.tolerations,
    )


def _led(service: Service) -> Led:
    ports = {port.name or str(port.number): (port.number, port.target) for port in service.ports}
    return Led(service.namespace, service.name, service.selector, ports)


def _policy(application: Object, policy: NetworkPolicy) -> Object:
    document: dict[str, Any] = {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": {"name": policy.name, "namespace": policy.namespace},
        "spec": policy.spec,
    }
    place = (application.path, document, application.system, application.environment, application.component)
    return Object(*place, application.cluster)
