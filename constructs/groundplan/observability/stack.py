"""Values of kube-prometheus-stack: Prometheus in pairs, Alertmanager in threes, rules and targets of every namespace."""

from __future__ import annotations

from groundplan.addons.values import CRITICAL, bounded
from groundplan.model.environment import Environment
from groundplan.model.values import quantity
from groundplan.parts import Json
from groundplan.platforms.registry import platform_of

RELEASE = "kube-prometheus-stack"
"""Name of the release; it is part of the names and labels of what the chart makes."""

PROMETHEUS_PORT = 9090
ALERTMANAGER_STORAGE = "5Gi"
"""Silences and notification log; they stay small."""


def stack_values(environment: Environment) -> Json:
    """Inline values for the environment that has the cluster."""
    return {
        "crds": {"enabled": False},  # an earlier release brings them
        "cleanPrometheusOperatorObjectNames": True,
        "defaultRules": {"create": True},
        "prometheus": _prometheus(environment),
        "alertmanager": _alertmanager(environment),
        "grafana": _grafana(environment),
        "prometheusOperator": _operator(),
        "kube-state-metrics": {"priorityClassName": CRITICAL, "resources": bounded("50m", "128Mi", "512Mi")},
        "prometheus-node-exporter": {
            "priorityClassName": "system-node-critical",
            "resources": bounded("50m", "32Mi", "128Mi"),
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


def _prometheus(environment: Environment) -> Json:
    own = environment.observability
    everything = ("podMonitor", "probe", "rule", "scrapeConfig", "serviceMonitor")
    return {
        "podDisruptionBudget": {"enabled": True, "minAvailable": 1},
        "prometheusSpec": {
            "replicas": own.replicas,
            "retention": own.retention,
            "retentionSize": f"{int(quantity(own.storage) * 8 / 10 / 2**20)}MB",  # the rest is for the log and compaction
            "storageSpec": _volume(environment, own.storage),
            "podAntiAffinity": "hard",
            "podAntiAffinityTopologyKey": "kubernetes.io/hostname",
            "priorityClassName": CRITICAL,
            "externalLabels": {"cluster": environment.cluster.name, "region": environment.cluster.region},
            "resources": {
                "requests": own.resources.requests.model_dump(),
                "limits": {"memory": own.resources.limits.memory},
            },
            # Without these the operator takes only what carries this release's label.
            **{f"{kind}SelectorNilUsesHelmValues": False for kind in everything},
        },
    }


def _alertmanager(environment: Environment) -> Json:
    values: Json = {
        "podDisruptionBudget": {"enabled": True, "minAvailable": 2},
        "alertmanagerSpec": {
            "replicas": 3,
            "storage": _volume(environment, ALERTMANAGER_STORAGE),
            "podAntiAffinity": "soft",
            "priorityClassName": CRITICAL,
            "resources": bounded("50m", "64Mi", "256Mi"),
        },
    }
    if environment.observability.receivers:
        # As the global configuration, its routes apply to alerts of every namespace, not of its own alone.
        values["alertmanagerSpec"]["alertmanagerConfiguration"] = {"name": "alerts"}
    return values


def _grafana(environment: Environment) -> Json:
    admin = environment.observability.grafana_admin
    if admin is None:
        return {"enabled": False}
    return {
        "enabled": True,
        "admin": {"existingSecret": admin, "userKey": "admin-user", "passwordKey": "admin-password"},
        "defaultDashboardsTimezone": "utc",
        "persistence": {"enabled": False},  # everything it shows is rendered from Git
        "sidecar": {
            "dashboards": {"enabled": True, "label": "grafana_dashboard", "searchNamespace": "ALL"},
            "resources": bounded("20m", "96Mi", "192Mi"),
        },
        "resources": bounded("100m", "256Mi", "512Mi"),
    }


def _operator() -> Json:
    return {
        "admissionWebhooks": {"certManager": {"enabled": True}, "patch": {"enabled": False}},
        "networkPolicy": {"enabled": True},
        "priorityClassName": CRITICAL,
        "resources": bounded("100m", "128Mi", "256Mi"),
    }
