"""Daily snapshots of shared files, and the deletion of old ones.

See https://kubernetes.io/docs/concepts/storage/volume-snapshots/ .
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files

from groundplan.kubernetes.labels import selector_labels, workload_labels
from groundplan.kubernetes.priorities import priority_class
from groundplan.kubernetes.rbac import binding, role
from groundplan.model.values import whole_seconds
from groundplan.parts import Component, Json, Part
from groundplan.pods import scratch_volume
from groundplan.security.pod_security import container_security_context, pod_security_context
from groundplan.stores.files.azure_files.words import SNAPSHOT_CLASS
from groundplan.stores.files.model import Snapshots

SCRIPT = "volume_snapshot.py"

DEADLINE = 1800
"""Seconds a run may take: a snapshot of a share is a matter of seconds, its deletion too."""

RESOURCES: Json = {
    "requests": {"cpu": "10m", "memory": "32Mi", "ephemeral-storage": "16Mi"},
    "limits": {"cpu": "200m", "memory": "128Mi", "ephemeral-storage": "64Mi"},
}


RIGHTS: list[Json] = [
    {
        "apiGroups": ["snapshot.storage.k8s.io"],
        "resources": ["volumesnapshots"],
        "verbs": ["create", "delete", "get", "list"],
    }
]
"""What it takes to keep as many snapshots as are wanted."""


@dataclass(frozen=True, kw_only=True, slots=True)
class FileSnapshotsProps:
    """When a share is kept, and by which job."""

    snapshots: Snapshots
    """What is written of them."""

    claim: str
    """Claim of the share, called like the store."""

    job: str
    """Name of the CronJob."""

    system: str
    """Name of the system, whose labels its pods have."""

    priorities: str = ""
    """Prefix of the priority classes of its pods. Default the system's name."""

    image: str
    """Image, with the registry it is pulled from."""

    egress: Sequence[Json]
    """Rules that let it out: to the API server."""

    suspend: bool = False
    """Whether no snapshot is taken, as in a standby. Default false."""


class FileSnapshots(Part):
    """A CronJob that may make, list and delete snapshots in its namespace, and nothing else."""

    def __init__(self, scope: Component | Part, id_: str, props: FileSnapshotsProps) -> None:
        super().__init__(scope, id_)
        self._props, self._name = props, props.job
        self._add_account()
        self._add_rights()
        self._add_script()
        self._add_cron_job(props.snapshots)
        self._add_policy()

    def _metadata(self) -> Json:
        return {"name": self._name, "labels": selector_labels(self._name)}

    def _add_account(self) -> None:
        self.emit(
            {
                "apiVersion": "v1",
                "kind": "ServiceAccount",
                "metadata": self._metadata(),
                "automountServiceAccountToken": False,
            }
        )

    def _add_rights(self) -> None:
        account, namespace = self._name, self.component.namespace_name
        self.emit(role(self._metadata(), RIGHTS))
        self.emit(binding(self._metadata(), self._name, account=account, namespace=namespace))

    def _add_script(self) -> None:
        text = files("groundplan.stores.files.azure_files.scripts").joinpath(SCRIPT).read_text("utf-8")
        self.emit({"apiVersion": "v1", "kind": "ConfigMap", "metadata": self._metadata(), "data": {SCRIPT: text}})

    def _add_cron_job(self, snapshots: Snapshots) -> None:
        labels = {
            **workload_labels(self._name, snapshots.image.rpartition(":")[2]),
            "app.kubernetes.io/part-of": self._props.system,
        }
        self.emit(
            {
                "apiVersion": "batch/v1",
                "kind": "CronJob",
                "metadata": self._metadata(),
                "spec": {
                    "schedule": snapshots.schedule,
                    "timeZone": snapshots.time_zone,
                    "suspend": self._props.suspend,
                    "concurrencyPolicy": "Forbid",
                    "startingDeadlineSeconds": 3600,
                    "successfulJobsHistoryLimit": 3,
                    "failedJobsHistoryLimit": 3,
                    "jobTemplate": {
                        "metadata": {"labels": labels},
                        "spec": {
                            "backoffLimit": 2,
                            "activeDeadlineSeconds": DEADLINE,
                            "ttlSecondsAfterFinished": 7 * 86400,
                            "template": {"metadata": {"labels": labels}, "spec": self._pod_spec(snapshots)},
                        },
                    },
                },
            }
        )

    def _pod_spec(self, snapshots: Snapshots) -> Json:
        values = {
            "CLAIM": self._props.claim,
            "JOB": self._name,
            "KEEP_SECONDS": str(whole_seconds(snapshots.keep)),
            "NAMESPACE": self.component.namespace_name,
            "SNAPSHOT_CLASS": SNAPSHOT_CLASS,
        }
        container: Json = {
            "name": "snapshot",
            "image": self._props.image,
            "imagePullPolicy": "IfNotPresent",
            "command": ["python3", "-B", f"/scripts/{SCRIPT}"],
            "env": [{"name": name, "value": value} for name, value in values.items()],
            "resources": RESOURCES,
            "securityContext": container_security_context(),
            "volumeMounts": [
                {"name": "tmp", "mountPath": "/tmp"},
                {"name": "script", "mountPath": "/scripts", "readOnly": True},
            ],
        }
        return {
            "serviceAccountName": self._name,
            "automountServiceAccountToken": True,
            "enableServiceLinks": False,
            "restartPolicy": "Never",
            "priorityClassName": priority_class(self._props.priorities or self._props.system, "normal"),
            "securityContext": pod_security_context(),
            "containers": [container],
            "volumes": [scratch_volume("tmp"), {"name": "script", "configMap": {"name": self._name}}],
        }

    def _add_policy(self) -> None:
        self.emit(
            {
                "apiVersion": "networking.k8s.io/v1",
                "kind": "NetworkPolicy",
                "metadata": self._metadata(),
                "spec": {
                    "podSelector": {"matchLabels": selector_labels(self._name)},
                    "policyTypes": ["Ingress", "Egress"],
                    "egress": list(self._props.egress),
                },
            }
        )
