"""From services, webhooks, policies, monitors and budgets to their facts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from groundplan.chart_facts.shapes import Document, at, labels_of, listed, mapping, name_of, namespace_of, texts, words
from groundplan.chart_facts.traffic import (
    Autoscaler,
    Budget,
    Monitor,
    NetworkPolicy,
    Service,
    ServicePort,
    Webhook,
)

INJECTED = "cert-manager.io/inject-ca-from"
"""Annotation that tells cert-manager to write a certificate's authority into a webhook."""


def service_of(document: Document, release: str) -> Service:
    """A Service."""
    spec = mapping(document, "spec")
    return Service(
        namespace=namespace_of(document, release),
        name=name_of(document),
        selector=words(spec, "selector"),
        ports=tuple(
            ServicePort(
                number=int(port["port"]),
                target=str(port.get("targetPort", port["port"])),
                name=str(port.get("name", "")),
                protocol=str(port.get("protocol", "TCP")),
                node=int(port.get("nodePort") or 0),
            )
            for port in listed(spec, "ports")
        ),
        type=str(spec.get("type", "ClusterIP")),
        headless=spec.get("clusterIP") == "None",
        labels=labels_of(document),
        annotations=words(document, "metadata", "annotations"),
    )


def webhooks_of(document: Document) -> Iterator[Webhook]:
    """Webhooks of a configuration, of a CustomResourceDefinition, or the Service of an APIService."""
    kind, spec = document["kind"], mapping(document, "spec")
    common: dict[str, Any] = {"configuration": name_of(document), "bundle_from": _injected(document)}
    if kind in ("MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"):
        for item in listed(document, "webhooks"):
            yield _admission(item, "mutating" if kind.startswith("Mutating") else "validating", common)
    elif kind == "CustomResourceDefinition" and at(spec, "conversion", "strategy") == "Webhook":
        client = mapping(spec, "conversion", "webhook", "clientConfig")
        yield Webhook(kind="conversion", name=name_of(document), **common, **_called(client))
    elif kind == "APIService" and mapping(spec, "service"):
        client = {"service": mapping(spec, "service"), "caBundle": spec.get("caBundle")}
        yield Webhook(kind="api", name=name_of(document), **common, **_called(client))


def _admission(item: Document, kind: str, common: dict[str, Any]) -> Webhook:
    return Webhook(
        kind=kind,
        name=str(item["name"]),
        failure_policy=str(item.get("failurePolicy", "Fail")),
        timeout=int(item.get("timeoutSeconds", 10)),
        namespace_selector=mapping(item, "namespaceSelector"),
        object_selector=mapping(item, "objectSelector"),
        rules=tuple(listed(item, "rules")),
        **common,
        **_called(mapping(item, "clientConfig")),
    )


def _called(client: Document) -> dict[str, Any]:
    service = mapping(client, "service")
    return {
        "namespace": str(service.get("namespace", "")),
        "service": str(service.get("name", "")),
        "port": int(service.get("port", 443)),
        "path": str(service.get("path", "")),
        "url": str(client.get("url", "")),
        "fixed_bundle": bool(client.get("caBundle")),
    }


def _injected(document: Document) -> str:
    return str(at(document, "metadata", "annotations", INJECTED) or "")


def network_policy_of(document: Document, release: str) -> NetworkPolicy:
    """A NetworkPolicy."""
    return NetworkPolicy(namespace_of(document, release), name_of(document), mapping(document, "spec"))


def budget_of(document: Document, release: str) -> Budget:
    """A PodDisruptionBudget."""
    spec = mapping(document, "spec")
    return Budget(
        namespace_of(document, release),
        name_of(document),
        mapping(spec, "selector"),
        spec.get("minAvailable"),
        spec.get("maxUnavailable"),
    )


def autoscaler_of(document: Document, release: str) -> Autoscaler:
    """A HorizontalPodAutoscaler."""
    spec = mapping(document, "spec")
    return Autoscaler(
        namespace_of(document, release),
        name_of(document),
        f"{at(spec, 'scaleTargetRef', 'kind')}/{at(spec, 'scaleTargetRef', 'name')}",
        int(spec.get("minReplicas", 1)),
        int(spec.get("maxReplicas", 1)),
    )


def monitor_of(document: Document, release: str) -> Monitor:
    """A ServiceMonitor or PodMonitor."""
    spec = mapping(document, "spec")
    field = "endpoints" if document["kind"] == "ServiceMonitor" else "podMetricsEndpoints"
    told = ("port", "targetPort", "path", "scheme", "interval")
    namespaces = mapping(spec, "namespaceSelector")
    return Monitor(
        kind=str(document["kind"]),
        namespace=namespace_of(document, release),
        name=name_of(document),
        selector=mapping(spec, "selector"),
        endpoints=tuple({key: item[key] for key in told if key in item} for item in listed(spec, field)),
        namespaces=("*",) if namespaces.get("any") else texts(namespaces, "matchNames"),
        labels=labels_of(document),
        job_label=str(spec.get("jobLabel", "")),
    )
