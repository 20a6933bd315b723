"""What two controllers write, and would write over each other for ever."""

from __future__ import annotations

from collections.abc import Iterator

from groundplan.addons.catalogue import catalogue
from groundplan.checks.delivery.applications import applications
from groundplan.checks.gate import Context
from groundplan.checks.inventory import Inventory, Object, sources
from groundplan.errors import Finding

WEBHOOKS = ("MutatingWebhookConfiguration", "ValidatingWebhookConfiguration")
NAMESPACE_SELECTOR = ".webhooks[]?.namespaceSelector"


def contention(inventory: Inventory, context: Context) -> Iterator[Finding]:
    """Fields that Argo CD or a cloud's operator keeps writing although somebody else owns them."""
    yield from _enforced_webhooks(inventory)


def _enforced_webhooks(inventory: Inventory) -> Iterator[Finding]:
    """AKS adds a condition to the namespaces of every admission webhook.

    See https://learn.microsoft.com/azure/aks/faq#can-admission-controller-webhooks-impact-kube-system-and-internal-aks-namespaces .
    """
    clusters = {item.scope for item in inventory.by_kind.get(("containerservice.azure.com", "ManagedCluster"), ())}
    for item in applications(inventory):
        if item.cluster not in clusters:
            continue
        for kind in sorted(_webhooks(item)):
            if not _ignores(item, kind):
                message = f"writes the namespaces of its {kind}, to which AKS adds a condition: neither ever wins"
                advice = f"ignore {NAMESPACE_SELECTOR} of {kind}"
                yield inventory.finding(item, ("spec",), "delivery.contention", message, advice)


def _webhooks(application: Object) -> set[str]:
    charts = {str(source["chart"]).rpartition("/")[2] for source in sources(application.document) if "chart" in source}
    return {
        kind
        for add_on in catalogue().values()
        if add_on.chart.rpartition("/")[2] in charts
        for _, kind in add_on.rendered_kinds
        if kind in WEBHOOKS
    }


def _ignores(application: Object, kind: str) -> bool:
    return any(
        entry.get("kind") == kind and NAMESPACE_SELECTOR in entry.get("jqPathExpressions", [])
        for entry in application.spec.get("ignoreDifferences", [])
    )
