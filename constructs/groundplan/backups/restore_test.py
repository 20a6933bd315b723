"""The regular proof that the newest copy of a cluster restores: a job that restores it and compares.

See https://velero.io/docs/main/restore-reference/ .
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files

from groundplan.backups.names import CANARY, RESTORE_TEST, VELERO_GROUP
from groundplan.delivered import ASK_FIRST
from groundplan.kubernetes.labels import selector_labels, workload_labels
from groundplan.kubernetes.namespaces import VELERO
from groundplan.kubernetes.priorities import priority_class
from groundplan.kubernetes.rbac import binding, role
from groundplan.parts import Component, Json, Part
from groundplan.pods import scratch_volume
from groundplan.security.pod_security import container_security_context, pod_security_context

SCRIPT = "restore_test.py"

POD_SECURITY = "pod-security.kubernetes.io"

DEADLINE = 4 * 3600
"""Seconds a run may take: a restore, and an hour to clean before and after it."""

RESOURCES: Json = {
    "requests": {"cpu": "10m", "memory": "32Mi", "ephemeral-storage": "16Mi"},
    "limits": {"cpu": "200m", "memory": "128Mi", "ephemeral-storage": "64Mi"},
}


@dataclass(frozen=True, kw_only=True, slots=True)
class RestoreTestProps:
    """Which copy is restored when, and what must come back."""

    kubernetes: str
    """Minor version whose Pod Security Standards hold."""

    schedule: str
    """Five cron fields, in UTC."""

    row: str
    """Schedule whose newest copy is taken."""

    oldest: int
    """Seconds that the copy may be old."""

    services: str
    """Namespace that is restored."""

    canary: Mapping[str, str]
    """What the canary in it says."""

    driver: str
    """Driver whose volumes must come back; empty where volumes are not copied."""

    system: str
    """Name of the system, whose priority classes and labels its pods have."""

    image: str
    """Image, with the registry it is pulled from."""

    egress: Sequence[Json]
    """Rules that let it out: to the API server."""

    suspend: bool = False
    """Whether nothing is tested, as in a standby. Default false."""


class RestoreTest(Part):
    """A CronJob that may ask for restores and look at what came of them, and at nothing that runs.

    Emits CronJob, ServiceAccount, ConfigMap, NetworkPolicy, a Role in each of the three namespaces, and the namespace that
    it restores into.
    """

    def __init__(self, scope: Component | Part, id_: str, props: RestoreTestProps) -> None:
        super().__init__(scope, id_)
        self._props = props
        self._add_scratch()
        self._add_account()
        self._add_rights()
        self._add_script()
        self._add_cron_job()
        self._add_policy()

    def _metadata(self, namespace: str = VELERO) -> Json:
        return {"name": RESTORE_TEST, "namespace": namespace, "labels": selector_labels(RESTORE_TEST)}

    def _add_scratch(self) -> None:
        """A namespace in which nothing runs, and if something did it would reach nobody."""
        pod_security = {
            f"{POD_SECURITY}/{mode}{what}": value
            for mode in ("audit", "enforce", "warn")
            for what, value in (("", "restricted"), ("-version", f"v{self._props.kubernetes}"))
        }
        metadata: Json = {"name": RESTORE_TEST, "labels": pod_security, "annotations": ASK_FIRST}
        self.emit({"apiVersion": "v1", "kind": "Namespace", "metadata": metadata})
        self.emit(
            {
                "apiVersion": "networking.k8s.io/v1",
                "kind": "NetworkPolicy",
                "metadata": {"name": "default-deny", "namespace": RESTORE_TEST},
                "spec": {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]},
            }
        )

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
        looks = ["get", "list"]
        asks = {"apiGroups": [VELERO_GROUP], "resources": ["restores"], "verbs": ["create", "delete", *looks]}
        sees = {"apiGroups": [VELERO_GROUP], "resources": ["backups", "datadownloads"], "verbs": looks}
        cleans = {"apiGroups": [""], "resources": ["configmaps", "persistentvolumeclaims"], "verbs": ["delete", *looks]}
        compares = {"apiGroups": [""], "resources": ["persistentvolumeclaims"], "verbs": looks}
        rights: list[tuple[str, list[Json]]] = [(VELERO, [asks, sees]), (RESTORE_TEST, [cleans])]
        if self._props.driver:
            rights.append((self._props.services, [compares]))
        for namespace, rules in rights:
            self.emit(role(self._metadata(namespace), rules))
            self.emit(binding(self._metadata(namespace), RESTORE_TEST, account=RESTORE_TEST, namespace=VELERO))

    def _add_script(self) -> None:
        text = files("groundplan.backups.scripts").joinpath(SCRIPT).read_text("utf-8")
        self.emit({"apiVersion": "v1", "kind": "ConfigMap", "metadata": self._metadata(), "data": {SCRIPT: text}})

    def _add_cron_job(self) -> None:
        labels = {
            **workload_labels(RESTORE_TEST, self._props.image.rpartition(":")[2]),
            "app.kubernetes.io/part-of": self._props.system,
        }
        self.emit(
            {
                "apiVersion": "batch/v1",
                "kind": "CronJob",
                "metadata": self._metadata(),
                "spec": {
                    "schedule": self._props.schedule,
                    "timeZone": "UTC",
                    "suspend": self._props.suspend,
                    "concurrencyPolicy": "Forbid",
                    "startingDeadlineSeconds": 3600,
                    "successfulJobsHistoryLimit": 3,
                    "failedJobsHistoryLimit": 3,
                    "jobTemplate": {
                        "metadata": {"labels": labels},
                        "spec": {
                            "backoffLimit": 0,
                            "activeDeadlineSeconds": DEADLINE,
                            "ttlSecondsAfterFinished": 7 * 86400,
                            "template": {"metadata": {"labels": labels}, "spec": self._pod_spec()},
                        },
                    },
                },
            }
        )

    def _pod_spec(self) -> Json:
        values = {
            "CANARY": CANARY,
            "DRIVER": self._props.driver,
            "EXPECTED": json.dumps(dict(self._props.canary), sort_keys=True),
            "JOB": RESTORE_TEST,
            "OLDEST_SECONDS": str(self._props.oldest),
            "SCHEDULE": self._props.row,
            "SCRATCH": RESTORE_TEST,
            "SERVICES": self._props.services,
            "VELERO": VELERO,
        }
        container: Json = {
            "name": RESTORE_TEST,
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
            "serviceAccountName": RESTORE_TEST,
            "automountServiceAccountToken": True,
            "enableServiceLinks": False,
            "restartPolicy": "Never",
            "priorityClassName": priority_class(self._props.system, "normal"),
            "securityContext": pod_security_context(),
            "containers": [container],
            "volumes": [scratch_volume("tmp"), {"name": "script", "configMap": {"name": RESTORE_TEST}}],
        }

    def _add_policy(self) -> None:
        self.emit(
            {
                "apiVersion": "networking.k8s.io/v1",
                "kind": "NetworkPolicy",
                "metadata": self._metadata(),
                "spec": {
                    "podSelector": {"matchLabels": selector_labels(RESTORE_TEST)},
                    "policyTypes": ["Ingress", "Egress"],
                    "egress": list(self._props.egress),
                },
            }
        )
