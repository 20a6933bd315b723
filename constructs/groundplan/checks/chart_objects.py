"""What the chart of an Application puts into its cluster, from its recorded facts, in place of what is taken on trust."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from groundplan.chart_facts import ChartFacts
from groundplan.chart_facts.facts import Brought
from groundplan.chart_facts.pods import Pod
from groundplan.checks.made import Made

CERTIFICATE_KEYS = frozenset({"ca.crt", "tls.crt", "tls.key"})
"""Keys of the Secret that cert-manager makes of a Certificate."""


def made_by_chart(facts: ChartFacts) -> Iterator[Made]:
    """Every object and every set of pods, as names and selectors find them."""
    for item in facts.objects:
        if (item.group, item.kind) != ("", "Service"):
            yield Made(item.group, item.kind, item.namespace, item.name, item.labels, _keys(item))
    for service in facts.services:
        ports = frozenset(word for port in service.ports for word in (str(port.number), port.name) if word)
        yield Made("", "Service", service.namespace, service.name, service.labels, ports)
    for certificate in facts.certificates:
        yield Made("", "Secret", certificate.namespace, certificate.secret, {}, CERTIFICATE_KEYS)
    for pod in facts.pods:
        yield Made("", "Pod", pod.namespace, str(pod), pod.labels, _ports(pod), account=pod.account)


def as_documents(facts: ChartFacts) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    """(API group, kind, object) of what operators may make more of: its metadata alone is known."""
    for item in facts.objects:
        yield item.group, item.kind, {"metadata": {"name": item.name, "namespace": item.namespace}}


def _keys(item: Brought) -> frozenset[str] | None:
    """Keys of what the chart fills; a Secret that is empty at first is filled by a controller with keys of its own."""
    return frozenset(item.keys) if item.keys else None


def _ports(pod: Pod) -> frozenset[str] | None:
    """Ports by number and name; None where it names none: Kubernetes lets it listen anyway."""
    named = [port for container in pod.containers for port in container.ports]
    return frozenset(word for port in named for word in (str(port.number), port.name) if word) or None
