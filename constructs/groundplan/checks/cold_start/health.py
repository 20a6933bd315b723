"""Whose health Argo CD knows: kinds it has rules for itself, and kinds that its settings have rules for.

See https://argo-cd.readthedocs.io/en/stable/operator-manual/health/ .
"""

from __future__ import annotations

import fnmatch
from collections.abc import Mapping
from functools import cached_property

import yaml

from groundplan.checks.cold_start.scene import Scene
from groundplan.checks.effects import table
from groundplan.checks.inventory import Object

PREFIX = "resource.customizations.health."
SETTINGS = "argocd-cm"

OWN = frozenset(
    {
        ("", "PersistentVolumeClaim"), ("", "Pod"), ("", "Service"),
        ("apiregistration.k8s.io", "APIService"),
        ("apps", "DaemonSet"), ("apps", "Deployment"), ("apps", "StatefulSet"),
        ("argoproj.io", "Rollout"), ("autoscaling", "HorizontalPodAutoscaler"), ("batch", "CronJob"), ("batch", "Job"),
        ("cert-manager.io", "Certificate"), ("cert-manager.io", "ClusterIssuer"), ("cert-manager.io", "Issuer"),
        ("elasticsearch.k8s.elastic.co", "Elasticsearch"),
        ("external-secrets.io", "ClusterSecretStore"), ("external-secrets.io", "ExternalSecret"),
        ("external-secrets.io", "PushSecret"), ("external-secrets.io", "SecretStore"),
        ("keda.sh", "ScaledJob"), ("keda.sh", "ScaledObject"), ("logstash.k8s.elastic.co", "Logstash"), ("monitoring.coreos.com", "Alertmanager"),
        ("monitoring.coreos.com", "Prometheus"), ("networking.k8s.io", "Ingress"), ("policy", "PodDisruptionBudget"),
        ("postgresql.cnpg.io", "Cluster"), ("snapshot.storage.k8s.io", "VolumeSnapshot"),
    }
)  # fmt: skip
"""(API group, kind) that Argo CD 3 has a rule for, of those that are in use here; further ones stand in `health.yaml` of
their platform or store."""


class HealthRules:
    """What each Argo CD knows."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene

    def knows(self, item: Object) -> bool:
        """Whether the Argo CD that brings `item` waits until it is healthy; it calls every other object healthy at once."""
        if (item.group, item.kind) in OWN or f"{item.group}/{item.kind}" in table("health.yaml"):
            return True
        owner = self.scene.owner.get(item)
        if owner is None:
            return False
        patterns = self._patterns.get(self.scene.delivery.argo_cd_of(owner), ())
        name = f"{item.group}/{item.kind}"
        return any(fnmatch.fnmatchcase(name, pattern) for pattern in patterns)

    @cached_property
    def _patterns(self) -> Mapping[tuple[str, str], list[str]]:
        found: dict[tuple[str, str], list[str]] = {}
        for item in self.scene.inventory.by_kind.get(("", "ConfigMap"), ()):
            if item.name == SETTINGS:
                found[item.cluster, item.namespace] = list(_patterns(item.document.get("data") or {}))
        return found


def _patterns(settings: Mapping[str, str]) -> list[str]:
    """`group/Kind` of the keys of the settings; `_` stands for a `/` in keys that name one kind."""
    single = [key.removeprefix(PREFIX).replace("_", "/", 1) for key in settings if key.startswith(PREFIX)]
    several = yaml.safe_load(settings.get("resource.customizations") or "{}") or {}
    return [*single, *(name for name, entry in several.items() if "health.lua" in entry)]
