"""A scheduled job with a step before its last: one fetches or makes a file, the other takes it from there.

See https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/ .
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from groundplan.kubernetes.labels import selector_labels, workload_labels
from groundplan.kubernetes.priorities import priority_class
from groundplan.kubernetes.stored import stored_quantity
from groundplan.model.values import whole_seconds
from groundplan.parts import Component, Json, Part
from groundplan.platforms.platform import PodIdentity
from groundplan.pods import Taints, placement, scratch_volume, with_identity
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


@dataclass(frozen=True, kw_only=True, slots=True)
class ScheduledJobProps:
    """When a job runs, what it does, and as whom."""

    system: str
    """Name of the system, whose labels its pods have."""

    priorities: str = ""
    """Prefix of the priority classes of its pods. Default the system's name."""

    schedule: str
    """Five cron fields."""

    time_zone: str
    """IANA time zone of the schedule."""

    first: Step
    """What fetches or makes the file."""

    last: Step
    """What takes it from there."""

    mount: str
    """Directory of the file in both containers."""

    volume: str
    """Name of the volume between them."""

    size: str
    """Local disk that the file may take."""

    egress: Sequence[Json]
    """Rules that let it out, name resolution among them."""

    suspend: bool = False
    """Whether it waits, as in a standby. Default false."""

    node_pool: str | None = None
    """Node pool. Default any without a taint."""

    taints: Taints = field(default_factory=dict)
    """Taints of the nodes by pool, the one it names among them. Default none."""

    identity: PodIdentity | None = None
    """Identity its pods take on. Default none."""


class ScheduledJob(Part):
    """ServiceAccount, CronJob and network policy of one two-step job."""

    def __init__(self, scope: Component | Part, id_: str, props: ScheduledJobProps) -> None:
        super().__init__(scope, id_)
        self.name, self.props = id_, props
        self._add_service_account()
        self._add_cron_job()
        self._add_policy()

    def _add_service_account(self) -> None:
        metadata: Json = {"name": self.name, "labels": selector_labels(self.name)}
        if self.props.identity is not None:
            metadata["annotations"] = dict(self.props.identity.annotations)
        self.emit(
            {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": metadata, "automountServiceAccountToken": False}
        )

    def _add_cron_job(self) -> None:
        pod_spec = with_identity(self._pod_spec(), self.props.identity)
        annotations = dict(self.props.identity.pod_annotations) if self.props.identity is not None else {}
        labels = {
            **workload_labels(self.name, self.props.first.image.rpartition(":")[2]),
            "app.kubernetes.io/part-of": self.props.system,
        }
        if self.props.identity is not None:
            labels |= self.props.identity.labels
        self.emit(
            {
                "apiVersion": "batch/v1",
                "kind": "CronJob",
                "metadata": {"name": self.name, "labels": selector_labels(self.name)},
                "spec": {
                    "schedule": self.props.schedule,
                    "timeZone": self.props.time_zone,
                    "suspend": self.props.suspend,
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
                            "template": {
                                "metadata": {"labels": labels, **({"annotations": annotations} if annotations else {})},
                                "spec": pod_spec,
                            },
                        },
                    },
                },
            }
        )

    def _pod_spec(self) -> Json:
        return {
            "serviceAccountName": self.name,
            "automountServiceAccountToken": False,
            "enableServiceLinks": False,
            "restartPolicy": "OnFailure",
            "priorityClassName": priority_class(self.props.priorities or self.props.system, "normal"),
            "securityContext": pod_security_context(USER),
            **placement(self.props.node_pool, self.props.taints),
            "initContainers": [self._container(self.props.first)],
            "containers": [self._container(self.props.last)],
            "volumes": [
                {"name": self.props.volume, "emptyDir": {"sizeLimit": self.props.size}},
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
                "requests": {"cpu": "250m", "memory": half, "ephemeral-storage": self.props.size},
                "limits": {"cpu": "1", "memory": stored_quantity(step.memory), "ephemeral-storage": self.props.size},
            },
            "securityContext": container_security_context(),
            "volumeMounts": [
                {"name": self.props.volume, "mountPath": self.props.mount},
                {"name": "tmp", "mountPath": "/tmp"},
            ],
        }

    def _add_policy(self) -> None:
        self.emit(
            {
                "apiVersion": "networking.k8s.io/v1",
                "kind": "NetworkPolicy",
                "metadata": {"name": self.name, "labels": selector_labels(self.name)},
                "spec": {
                    "podSelector": {"matchLabels": selector_labels(self.name)},
                    "policyTypes": ["Ingress", "Egress"],
                    "egress": list(self.props.egress),
                },
            }
        )
