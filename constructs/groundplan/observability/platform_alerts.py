"""Alerts about a namespace, and about the platform under every namespace."""

from __future__ import annotations

from collections.abc import Iterator

from groundplan.addons.catalogue import catalogue
from groundplan.addons.selection import needed
from groundplan.model.environment import Environment
from groundplan.model.samples import GONE
from groundplan.model.values import whole_seconds
from groundplan.observability.alert import Alert, Sampled, Severity, Trial, trial

SPARE: dict[Severity, float] = {"warning": 0.15, "critical": 0.05}
"""Share of a volume that is free when somebody should look, and when somebody must."""

ANY = "any"
"""Name of what a unit test is about where it may be anything."""

WAITING = "cluster_autoscaler_unschedulable_pods_count"
"""Pods that find no node."""


def namespace_alerts(environment: Environment, namespace: str) -> Iterator[Alert]:
    """Quota and volumes of one namespace."""
    used, hard = (f'kube_resourcequota{{namespace="{namespace}",type="{what}"}}' for what in ("used", "hard"))
    taken, most = (
        f'kube_resourcequota{{namespace="{namespace}",resourcequota="quota",resource="requests.cpu",type="{what}"}}'
        for what in ("used", "hard")
    )
    yield Alert(
        name="QuotaNearLimit",
        expr=f"max by (resource) ({used} / ignoring (type) ({hard} > 0)) > 0.9",
        wait="15m",
        summary=f"namespace {namespace} has used nine tenths of a quota",
        action="compare kubectl describe quota with the autoscalers' maxima; raise namespaces.<name>.quota",
        service=namespace,
        trial=trial({taken: 80, most: 100}, {taken: 95}),
    )
    free, whole = (
        f'kubelet_volume_stats_{what}_bytes{{namespace="{namespace}"}}' for what in ("available", "capacity")
    )
    volume = f'{{namespace="{namespace}",persistentvolumeclaim="data"}}'
    left, size = (f"kubelet_volume_stats_{what}_bytes{volume}" for what in ("available", "capacity"))
    for severity, spare in SPARE.items():
        yield Alert(
            name="VolumeFilling",
            expr=f"min by (persistentvolumeclaim) ({free} / {whole}) < {spare}",
            wait="10m",
            severity=severity,
            summary=f"a volume of {namespace} has less than {spare:.0%} left",
            action="raise the storage in the environment file: volumes grow without a restart, and never shrink",
            service=namespace,
            trial=trial({left: 100 * spare + 1, size: 100}, {left: 100 * spare - 1}),
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
        trial=_told("Synced", "Healthy", ("OutOfSync", "Healthy"), ("Unknown", "Healthy")),
    )
    yield Alert(
        name="ApplicationUnhealthy",
        expr='max by (name) (argocd_app_info{health_status=~"Degraded|Missing|Unknown"}) == 1',
        wait="15m",
        severity="critical",
        summary="an Application has been unhealthy for a quarter of an hour",
        action="open it in Argo CD and follow the red part",
        service="argocd",
        trial=_told("OutOfSync", "Progressing", ("OutOfSync", "Degraded"), ("OutOfSync", "Missing")),
    )
    certificate = f'certmanager_certificate_expiration_timestamp_seconds{{exported_namespace="{ANY}",name="{ANY}"}}'
    yield Alert(
        name="CertificateExpiring",
        expr="min by (exported_namespace, name) (certmanager_certificate_expiration_timestamp_seconds) - time() < 604800",
        wait="1h",
        severity="critical",
        summary="a certificate expires within a week and has not been renewed",
        action="kubectl describe certificate, then its CertificateRequest",
        service="cert-manager",
        trial=trial({certificate: "in 8d"}, {certificate: "in 6d"}),
    )
    if "cluster-autoscaler" in needed(environment):
        yield Alert(
            name="PodsUnschedulable",
            expr=f"max({WAITING}) > 0",
            wait="15m",
            summary="pods find no node, and no node is being added",
            action="compare the node pools with their max in the environment file; look at the provider's limits",
            service="cluster-autoscaler",
            trial=trial({WAITING: 0}, {WAITING: 1}),
        )
    if "external-secrets" in needed(environment):
        yield from _secrets()
    yield from _operators(environment)


def _secrets() -> Iterator[Alert]:
    """What is drawn from vaults and what is put there, in every namespace: a value that is too old works until it is needed."""
    for name, kind, what, action in (
        ("SecretNotSynced", "externalsecret", "a Secret cannot be read from the vault", "the old value stays in use meanwhile"),
        ("SecretNotPushed", "pushsecret", "a Secret cannot be put into the vault", "whoever reads it there keeps the old value"),
    ):  # fmt: skip
        ready, unready = (
            f'{kind}_status_condition{{exported_namespace="{ANY}",name="{ANY}",condition="Ready",status="{status}"}}'
            for status in ("True", "False")
        )
        yield Alert(
            name=name,
            expr=f'max by (exported_namespace, name) ({kind}_status_condition{{condition="Ready",status="False"}}) == 1',
            wait="15m",
            summary=what,
            action=f"kubectl -n <namespace> describe {kind}; {action}",
            service="external-secrets",
            trial=trial({ready: 1, unready: 0}, {ready: 0, unready: 1}),
        )


def _told(sync: str, health: str, *troubles: tuple[str, str]) -> Trial:
    """The unit test of an alert about Applications, by the one series that says in labels how one is."""

    def told(sync: str, health: str) -> str:
        return f'argocd_app_info{{name="{ANY}",sync_status="{sync}",health_status="{health}"}}'

    before = told(sync, health)
    after: list[Sampled] = [{before: GONE, told(*trouble): 1} for trouble in troubles]
    return trial({before: 1}, *after)


def _operators(environment: Environment) -> Iterator[Alert]:
    """Operators by the pods they have, whether or not they are scraped; and whatever is scraped no more."""
    places = {name: catalogue()[name].namespace for name in needed(environment)}
    places |= {"argo-cd": environment.delivery.namespace} if "argo-cd" in places else {}
    operators = "|".join(sorted(set(places.values())))
    available = " or ".join(
        f'min by (namespace, {kind}) (kube_{kind}_status_replicas_available{{namespace=~"{operators}"}}) == 0'
        for kind in map(str.lower, ("Deployment", "StatefulSet"))
    )
    one, other = (
        f'kube_deployment_status_replicas_available{{namespace="{min(places.values())}",deployment="{name}"}}'
        for name in (ANY, f"{ANY}-too")
    )
    third = f'kube_statefulset_status_replicas_available{{namespace="{min(places.values())}",statefulset="{ANY}"}}'
    yield Alert(
        name="OperatorDown",
        expr=available,
        wait="10m",
        summary="an operator has no pod that works: what exists runs on, nothing new is made",
        action="kubectl -n <namespace> get pods",
        service="operators",
        trial=trial({one: 1, other: 2, third: 1}, {one: 0}, {third: 0}),
    )
    gone = " unless ".join(f"group by (namespace, job) ({series})" for series in ("present_over_time(up[1d])", "up"))
    yield Alert(
        name="TargetGone",
        expr=gone,
        wait="15m",
        summary="something that was scraped within a day is scraped no more, so alerts about it are silent",
        action="look whether its Service, its labels and its monitor still fit each other; after a removal it ends by itself",
        service="monitoring",
        trial=trial({f'up{{job="{ANY}"}}': 1, f'up{{job="{ANY}-too"}}': 0}, {f'up{{job="{ANY}"}}': GONE}),
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
            trial=None if alert.trial is None else trial(alert.trial.silent, *alert.trial.fires),
            own=True,
        )
