"""Alerts about a namespace, and about the platform under every namespace."""

from __future__ import annotations

from collections.abc import Iterator

from groundplan.addons.catalogue import catalogue
from groundplan.addons.selection import needed
from groundplan.model.environment import Environment
from groundplan.model.values import whole_seconds
from groundplan.observability.alert import Alert, Severity

SPARE: dict[Severity, float] = {"warning": 0.15, "critical": 0.05}
"""Share of a volume that is free when somebody should look, and when somebody must."""


def namespace_alerts(environment: Environment, namespace: str) -> Iterator[Alert]:
    """Quota, volumes and secrets of one namespace."""
    used, hard = (f'kube_resourcequota{{namespace="{namespace}",type="{what}"}}' for what in ("used", "hard"))
    yield Alert(
        name="QuotaNearLimit",
        expr=f"max by (resource) ({used} / ignoring (type) ({hard} > 0)) > 0.9",
        wait="15m",
        summary=f"namespace {namespace} has used nine tenths of a quota",
        action="compare kubectl describe quota with the autoscalers' maxima; raise namespaces.<name>.quota",
        service=namespace,
    )
    free, whole = (
        f'kubelet_volume_stats_{what}_bytes{{namespace="{namespace}"}}' for what in ("available", "capacity")
    )
    for severity, spare in SPARE.items():
        yield Alert(
            name="VolumeFilling",
            expr=f"min by (persistentvolumeclaim) ({free} / {whole}) < {spare}",
            wait="10m",
            severity=severity,
            summary=f"a volume of {namespace} has less than {spare:.0%} left",
            action="raise the storage in the environment file: volumes grow without a restart, and never shrink",
            service=namespace,
        )
    if "external-secrets" in needed(environment.host_environment):
        yield Alert(
            name="SecretNotSynced",
            expr=f'max by (name) (externalsecret_status_condition{{exported_namespace="{namespace}",condition="Ready",status="False"}}) == 1',
            wait="15m",
            summary=f"a Secret of {namespace} cannot be read from the vault",
            action=f"kubectl -n {namespace} describe externalsecret; the old value stays in use meanwhile",
            service=namespace,
        )


def platform_alerts(environment: Environment) -> Iterator[Alert]:
    """Delivery, certificates, nodes and operators of one cluster."""
    yield Alert(
        name="ApplicationOutOfSync",
        expr='max by (name) (argocd_app_info{sync_status!="Synced"}) == 1',
        wait="30m",
        summary="the cluster has differed from Git for half an hour",
        action="open the Application in Argo CD and read its last sync",
        service="argocd",
    )
    yield Alert(
        name="ApplicationUnhealthy",
        expr='max by (name) (argocd_app_info{health_status=~"Degraded|Missing|Unknown"}) == 1',
        wait="15m",
        severity="critical",
        summary="an Application has been unhealthy for a quarter of an hour",
        action="open it in Argo CD and follow the red part",
        service="argocd",
    )
    yield Alert(
        name="CertificateExpiring",
        expr="min by (exported_namespace, name) (certmanager_certificate_expiration_timestamp_seconds) - time() < 604800",
        wait="1h",
        severity="critical",
        summary="a certificate expires within a week and has not been renewed",
        action="kubectl describe certificate, then its CertificateRequest",
        service="cert-manager",
    )
    if "cluster-autoscaler" in needed(environment):
        yield Alert(
            name="PodsUnschedulable",
            expr="max(cluster_autoscaler_unschedulable_pods_count) > 0",
            wait="15m",
            summary="pods find no node, and no node is being added",
            action="compare the node pools with their max in the environment file; look at the provider's limits",
            service="cluster-autoscaler",
        )
    yield from _operators(environment)


def _operators(environment: Environment) -> Iterator[Alert]:
    """Operators by the pods they have, whether or not they are scraped; and whatever is scraped no more."""
    places = {name: catalogue()[name].namespace for name in needed(environment)}
    places |= {"argo-cd": environment.delivery.namespace} if "argo-cd" in places else {}
    operators = "|".join(sorted(set(places.values())))
    available = " or ".join(
        f'min by (namespace, {kind}) (kube_{kind}_status_replicas_available{{namespace=~"{operators}"}}) == 0'
        for kind in map(str.lower, ("Deployment", "StatefulSet"))
    )
    yield Alert(
        name="OperatorDown",
        expr=available,
        wait="10m",
        summary="an operator has no pod that works: what exists runs on, nothing new is made",
        action="kubectl -n <namespace> get pods",
        service="operators",
    )
    gone = " unless ".join(f"group by (namespace, job) ({series})" for series in ("present_over_time(up[1d])", "up"))
    yield Alert(
        name="TargetGone",
        expr=gone,
        wait="15m",
        summary="something that was scraped within a day is scraped no more, so alerts about it are silent",
        action="look whether its Service, its labels and its monitor still fit each other; after a removal it ends by itself",
        service="monitoring",
    )


def promised_alerts(environment: Environment) -> Iterator[Alert]:
    """The system's own alerts, as the environment file states them."""
    for name, alert in environment.observability.alerts.items():
        yield Alert(
            name=name,
            expr=alert.expr,
            wait=f"{whole_seconds(alert.for_)}s",
            severity=alert.severity,
            summary=alert.summary,
            action=alert.action,
            service=environment.system,
            own=True,
        )
