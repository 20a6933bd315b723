"""What a new version does once before it serves, such as a migration of its database.

Argo CD runs the Job in each sync, waits for it, and starts the new pods only when it has succeeded: a migration that
fails leaves the old version serving. See https://argo-cd.readthedocs.io/en/stable/user-guide/sync-waves/ .
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from groundplan.facts.callers import preparation_name
from groundplan.kubernetes.labels import selector_labels
from groundplan.model.services import Service
from groundplan.parts import Component, Json, Part

AFTER_PREPARATION = {"argocd.argoproj.io/sync-wave": "1"}
"""Annotation of what waits for the Job."""

HOOK = {"argocd.argoproj.io/hook": "Sync", "argocd.argoproj.io/hook-delete-policy": "BeforeHookCreation"}

DEADLINE = 1800
"""Seconds a preparation may take."""


class Preparation(Part):
    """A Job that runs `service.prepare` in the service's own container and environment.

    Args:
        scope: the service's construct.
        id_: construct id.
        name: name of the service.
        service: the service.
        labels: labels of the service's pods.
        pod_spec: the pods' specification; probes and ports of the container are left out.
        egress: rules that let it reach what the service calls.
    """

    def __init__(
        self,
        scope: Component | Part,
        id_: str,
        name: str,
        service: Service,
        *,
        labels: Mapping[str, str],
        pod_spec: Json,
        egress: Sequence[Json],
    ) -> None:
        super().__init__(scope, id_)
        self._name = preparation_name(name)
        labels = {**labels, **selector_labels(self._name)}
        self._add_job(labels, self._changed(pod_spec, service))
        self._add_policy(egress)

    def _changed(self, pod_spec: Json, service: Service) -> Json:
        serving = ("args", "lifecycle", "livenessProbe", "ports", "readinessProbe", "startupProbe")
        of_the_service = ("initContainers", "topologySpreadConstraints")
        (container,) = pod_spec["containers"]
        kept = {key: value for key, value in container.items() if key not in serving}
        spec = {key: value for key, value in pod_spec.items() if key not in of_the_service}
        return {**spec, "restartPolicy": "Never", "containers": [{**kept, "command": list(service.prepare)}]}

    def _add_job(self, labels: Mapping[str, str], pod_spec: Json) -> None:
        self.emit(
            {
                "apiVersion": "batch/v1",
                "kind": "Job",
                "metadata": {"name": self._name, "labels": dict(labels), "annotations": HOOK},
                "spec": {
                    "backoffLimit": 1,
                    "activeDeadlineSeconds": DEADLINE,
                    "template": {"metadata": {"labels": dict(labels)}, "spec": pod_spec},
                },
            }
        )

    def _add_policy(self, egress: Sequence[Json]) -> None:
        self.emit(
            {
                "apiVersion": "networking.k8s.io/v1",
                "kind": "NetworkPolicy",
                "metadata": {"name": self._name, "labels": selector_labels(self._name)},
                "spec": {
                    "podSelector": {"matchLabels": selector_labels(self._name)},
                    "policyTypes": ["Ingress", "Egress"],
                    "egress": list(egress),
                },
            }
        )
