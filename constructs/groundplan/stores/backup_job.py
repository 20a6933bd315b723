"""A scheduled job with a step before its last: one fetches or makes a file, the other takes it from there.

See https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/ .
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from groundplan.kubernetes.labels import selector_labels, workload_labels
from groundplan.kubernetes.stored import stored_quantity
from groundplan.model.values import whole_seconds
from groundplan.parts import Component, Json, Part
from groundplan.platforms.registry import platform_of
from groundplan.pods import placement, scratch_volume
from groundplan.security.pod_security import container_security_context, pod_security_context

USER = 70
"""User `postgres` of the Alpine image; both steps run as it, so that the second may remove what the first wrote."""

DEADLINE = "2h"
"""Longest a job may take; far above any dump here, and well before the next one is due."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """One container of the job."""

    name: str
    """Name of the container."""

    image: str
    """Image, pinned."""

    script: str
    """What `/bin/sh -c` runs."""

    env: Sequence[Json]
    """Environment variables."""

    memory: str = "512Mi"
    """Memory limit; half of it is requested. Default 512Mi."""


class ScheduledJob(Part):
    """ServiceAccount, CronJob and network policy of one two-step job."""

    def __init__(
        self,
        scope: Component | Part,
        id_: str,
        *,
        schedule: str,
        time_zone: str,
        first: Step,
        last: Step,
        mount: str,
        volume: str,
        size: str,
        egress: list[Json],
        suspend: bool = False,
        node_pool: str | None = None,
        identity: str | None = None,
    ) -> None:
        super().__init__(scope, id_)
        self.name = id_
        self._node_pool = node_pool
        self._identity = platform_of(self.environment).pod_identity(identity)
        self._mount = mount
        self._volume = volume
        self._size = size
        self._add_service_account()
        self._add_cron_job(schedule, time_zone, self._pod_spec(first, last), suspend=suspend)
        self._add_policy(egress)

    def _add_service_account(self) -> None:
        metadata: Json = {"name": self.name, "labels": selector_labels(self.name)}
        if self._identity is not None:
            metadata["annotations"] = dict(self._identity.annotations)
        self.emit(
            {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": metadata, "automountServiceAccountToken": False}
        )

    def _add_cron_job(self, schedule: str, time_zone: str, pod_spec: Json, *, suspend: bool) -> None:
        labels = {
            **workload_labels(self.name, pod_spec["initContainers"][0]["image"].rpartition(":")[2]),
            "app.kubernetes.io/part-of": self.environment.system,
        }
        if self._identity is not None:
            labels |= self._identity.labels
        self.emit(
            {
                "apiVersion": "batch/v1",
                "kind": "CronJob",
                "metadata": {"name": self.name, "labels": selector_labels(self.name)},
                "spec": {
                    "schedule": schedule,
                    "timeZone": time_zone,
                    "suspend": suspend,
                    "concurrencyPolicy": "Forbid",
                    "startingDeadlineSeconds": 3600,
                    "successfulJobsHistoryLimit": 3,
                    "failedJobsHistoryLimit": 3,
                    "jobTemplate": {
                        "metadata": {"labels": labels},
                        "spec": {
                            "backoffLimit": 2,
                            "activeDeadlineSeconds": whole_seconds(DEADLINE),
                            "ttlSecondsAfterFinished": 7 * 86400,
                            "template": {"metadata": {"labels": labels}, "spec": pod_spec},
                        },
                    },
                },
            }
        )

    def _pod_spec(self, first: Step, last: Step) -> Json:
        return {
            "serviceAccountName": self.name,
            "automountServiceAccountToken": False,
            "enableServiceLinks": False,
            "restartPolicy": "OnFailure",
            "priorityClassName": f"{self.environment.system}-normal",
            "securityContext": pod_security_context(USER),
            **placement(self._node_pool, self.environment.cluster.node_pools),
            "initContainers": [self._container(first)],
            "containers": [self._container(last)],
            "volumes": [
                {"name": self._volume, "emptyDir": {"sizeLimit": self._size}},
                scratch_volume("tmp"),
            ],
        }

    def _container(self, step: Step) -> Json:
        half = f"{int(step.memory.removesuffix('Mi')) // 2}Mi"
        return {
            "name": step.name,
            "image": step.image,
            "imagePullPolicy": "IfNotPresent",
            "command": ["/bin/sh", "-c", step.script],
            "env": sorted([{"name": "HOME", "value": "/tmp"}, *step.env], key=lambda item: str(item["name"])),
            "resources": {
                "requests": {"cpu": "250m", "memory": half, "ephemeral-storage": self._size},
                "limits": {"cpu": "1", "memory": stored_quantity(step.memory), "ephemeral-storage": self._size},
            },
            "securityContext": container_security_context(),
            "volumeMounts": [
                {"name": self._volume, "mountPath": self._mount},
                {"name": "tmp", "mountPath": "/tmp"},
            ],
        }

    def _add_policy(self, egress: list[Json]) -> None:
        self.emit(
            {
                "apiVersion": "networking.k8s.io/v1",
                "kind": "NetworkPolicy",
                "metadata": {"name": self.name, "labels": selector_labels(self.name)},
                "spec": {
                    "podSelector": {"matchLabels": selector_labels(self.name)},
                    "policyTypes": ["Ingress", "Egress"],
                    "egress": egress,
                },
            }
        )
