"""Values of kube-prometheus-stack: Prometheus, Alertmanager, rules and targets of every namespace."""

from __future__ import annotations

from groundplan.addons.catalogue import sizes
from groundplan.addons.sizes import Size, Sizes
from groundplan.addons.values import CRITICAL
from groundplan.kubernetes.objects import Json
from groundplan.model.environment import Environment
from groundplan.model.observability import Observability
from groundplan.model.values import quantity
from groundplan.platforms.registry import platform_of

RELEASE = "kube-prometheus-stack"
"""Name of the release; it is part of the names and labels of what the chart makes."""

ALERTMANAGER_STORAGE = "5Gi"
"""Silences and notification log; they stay small."""


def stack_values(environment: Environment) -> Json:
    """Inline values for the environment that has the cluster."""
    size = sizes(environment, RELEASE)
    return {
        "crds": {"enabled": False},  # an earlier release brings them
        "cleanPrometheusOperatorObjectNames": True,
        "prometheus": _prometheus(environment, size["prometheus"]),
        "alertmanager": _alertmanager(environment, size["alertmanager"]),
        "grafana": _grafana(environment, size),
        "prometheusOperator": _operator(size["operator"]),
        # whoever counts Secrets may read all of them; no alert and no dashboard asks how many there are
        "kube-state-metrics": {
            "collectorsExclude": ["secrets"],
            "priorityClassName": CRITICAL,
            "resources": size["kube-state-metrics"].resources,
        },
        "prometheus-node-exporter": {
            "priorityClassName": "system-node-critical",
            "resources": size["node-exporter"].resources,
        },
        # The provider runs these and shows no metrics of them.
        **{part: {"enabled": False} for part in ("kubeControllerManager", "kubeEtcd", "kubeProxy", "kubeScheduler")},
    }


def _volume(environment: Environment, size: str) -> Json:
    return {
        "volumeClaimTemplate": {
            "spec": {
                "storageClassName": platform_of(environment).block_storage,
                "accessModes": ["ReadWriteOnce"],
                "resources": {"requests": {"storage": size}},
            }
        }
    }


def _prometheus(environment: Environment, usual: Size) -> Json:
    own = environment.observability
    size = _stated(own, usual)
    everything = ("podMonitor", "probe", "rule", "scrapeConfig", "serviceMonitor")
    return {
        "podDisruptionBudget": size.budget(minAvailable=1),
        "prometheusSpec": {
            "replicas": size.replicas,
            "retention": own.retention,
            "retentionSize": f"{int(quantity(own.storage) * 8 / 10 / 2**20)}MB",  # the rest is for the log and compaction
            "storageSpec": _volume(environment, own.storage),
            "podAntiAffinity": "hard",
            "priorityClassName": CRITICAL,
            "externalLabels": {"cluster": environment.cluster.name, "region": environment.region},
            "resources": size.resources,
            # Without these the operator takes only what carries this release's label.
            **{f"{kind}SelectorNilUsesHelmValues": False for kind in everything},
        },
    }


def _stated(own: Observability, usual: Size) -> Size:
    """The size that the environment states; what it does not state is as usual."""
    stated: dict[str, object] = {} if own.replicas is None else {"replicas": own.replicas}
    if own.resources is not None:
        stated |= {**own.resources.requests.model_dump(), "limit": own.resources.limits.memory}
    return usual.model_copy(update=stated)


def _alertmanager(environment: Environment, usual: Size) -> Json:
    """In threes, so that two agree while one is gone; a stack that runs once needs one."""
    size = usual.model_copy(update={"replicas": 1}) if environment.observability.replicas == 1 else usual
    values: Json = {
        "podDisruptionBudget": size.budget(minAvailable=2),
        "alertmanagerSpec": {
            "replicas": size.replicas,
            "storage": _volume(environment, ALERTMANAGER_STORAGE),
            "priorityClassName": CRITICAL,
            "resources": size.resources,
        },
    }
    if environment.observability.receivers:
        # As the global configuration, its routes apply to alerts of every namespace, not of its own alone.
        values["alertmanagerSpec"]["alertmanagerConfiguration"] = {"name": "alerts"}
    return values


def _grafana(environment: Environment, size: Sizes) -> Json:
    admin = environment.observability.grafana_admin
    if admin is None:
        return {"enabled": False}
    return {
        "enabled": True,
        "admin": {"existingSecret": admin},
        # The chart's own role reads every Secret of the cluster, which `view` does not.
        "rbac": {"useExistingClusterRole": "view"},
        "sidecar": {
            "dashboards": {"resource": "configmap"},
            "datasources": {"resource": "configmap"},
            "resources": size["grafana-sidecar"].resources,
        },
        "priorityClassName": CRITICAL,
        "resources": size["grafana"].resources,
    }


def _operator(size: Size) -> Json:
    return {
        # One replica: while it restarts, rules that a gate has already read are let in.
        "admissionWebhooks": {"certManager": {"enabled": True}, "failurePolicy": "Ignore"},
        "networkPolicy": {"enabled": True},
        "priorityClassName": CRITICAL,
        "resources": size.resources,
    }
