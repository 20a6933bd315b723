"""What two controllers write, and would write over each other for ever."""

from __future__ import annotations

from collections.abc import Iterator

from groundplan.addons.catalogue import catalogue
from groundplan.checks.delivery.applications import applications, brought
from groundplan.checks.effects import effects
from groundplan.checks.gate import Context
from groundplan.checks.inventory import Inventory, Object, sources
from groundplan.errors import Finding

WEBHOOKS = ("MutatingWebhookConfiguration", "ValidatingWebhookConfiguration")
SCALERS = frozenset({("autoscaling", "HorizontalPodAutoscaler"), ("keda.sh", "ScaledObject")})
REPLICAS = "/spec/replicas"

NAMESPACE_SELECTOR = ".webhooks[]?.namespaceSelector"


def contention(inventory: Inventory, context: Context) -> Iterator[Finding]:
    """Fields that Argo CD or a cloud's operator keeps writing although somebody else owns them."""
    yield from _enforced_webhooks(inventory)
    yield from _replicas(inventory, context)


def _enforced_webhooks(inventory: Inventory) -> Iterator[Finding]:
    """Namespaces of admission webhooks to which whoever runs the cluster adds a condition."""
    writers = {cluster: who for module in effects("delivery") for cluster, who in module.webhook_writers(inventory)}
    for item in applications(inventory):
        for kind in sorted(_webhooks(item)) if item.cluster in writers else ():
            if not _ignores(item, kind):
                who = writers[item.cluster]
                message = f"writes the namespaces of its {kind}, to which {who} adds a condition: neither ever wins"
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


def _replicas(inventory: Inventory, context: Context) -> Iterator[Finding]:
    """Numbers of pods that Git and an autoscaler both write, or that stay at a zero which no autoscaler raises.

    See https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/#implicit-maintenance-mode-deactivation .
    """
    bring = brought(inventory)
    for application in applications(inventory):
        scaled = {
            (reference.get("kind"), reference.get("name")): item
            for item in bring[application.path]
            if (item.group, item.kind) in SCALERS
            for reference in (item.spec.get("scaleTargetRef") or {},)
        }
        environment = context.environments.get(application.scope)
        pair = environment is not None and environment.recovery is not None
        for item in bring[application.path] if scaled else ():
            if (item.kind, item.name) in scaled:
                yield from _of_workload(inventory, application, item, pair=pair)


def _of_workload(inventory: Inventory, application: Object, item: Object, *, pair: bool) -> Iterator[Finding]:
    entries = [entry for entry in application.spec.get("ignoreDifferences") or () if entry.get("kind") == item.kind]
    blind = any(REPLICAS in (entry.get("jsonPointers") or ()) for entry in entries)
    by_scaler = any(entry.get("managedFieldsManagers") for entry in entries)
    if "replicas" in item.spec and not blind and not by_scaler:
        message = f"writes the replicas of {item}, which its autoscaler writes too"
        yield inventory.finding(
            application, ("spec",), "delivery.contention", message, f"ignore {REPLICAS} of {item.kind}"
        )
    if pair and (blind or "replicas" not in item.spec):
        message = f"leaves {item} at zero after a failover: one side waited there, and no autoscaler raises a zero"
        advice = "render replicas, and ignore what managedFieldsManagers: [kube-controller-manager] wrote"
        yield inventory.finding(application, ("spec",), "delivery.stays-at-zero", message, advice)
