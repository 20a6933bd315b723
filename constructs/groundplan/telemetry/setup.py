"""What Elasticsearch and Kibana are told once they answer: a Job that runs in each sync, after both.

The operator's own way to say it, StackConfigPolicy, needs a licence that is paid for. See
https://www.elastic.co/docs/deploy-manage/deploy/cloud-on-k8s/elastic-stack-configuration-policies .
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files

from groundplan.images import tag
from groundplan.kubernetes.labels import selector_labels, workload_labels
from groundplan.kubernetes.network_policy import name_resolution, pods, ports
from groundplan.kubernetes.priorities import priority_class
from groundplan.parts import Component, Json, Part
from groundplan.security.pod_security import container_security_context, pod_security_context
from groundplan.telemetry.names import (
    ADMINISTRATOR,
    ADMINISTRATOR_KEY,
    SEARCH_AUTHORITY,
    SEARCH_PODS,
    SEARCH_PORT,
    SEARCH_SERVICE,
    SETUP,
    VIEWER_AUTHORITY,
    VIEWER_PODS,
    VIEWER_PORT,
    VIEWER_SERVICE,
)

SCRIPT = "setup.py"
DEADLINE = 900
"""Seconds a run may take: it is a handful of requests."""

TRIES = 6
"""Times it is tried before the sync fails; each wait is twice as long as the one before."""

AFTER_KIBANA = {"argocd.argoproj.io/sync-wave": "2"}
HOOK = {"argocd.argoproj.io/hook": "Sync", "argocd.argoproj.io/hook-delete-policy": "BeforeHookCreation"}


@dataclass(frozen=True, kw_only=True, slots=True)
class SetupProps:
    """What is said, and by which image."""

    system: str
    """Name of the system, whose priority classes and labels its pods have."""

    image: str
    """Image with Python, with the registry it is pulled from."""

    documents: Mapping[str, Json]
    """`<policy, template or role>.<name>` to what Elasticsearch is told."""

    saved_objects: str
    """What Kibana takes in."""


class Setup(Part):
    """A Job with the script, the documents and the login of the administrator."""

    def __init__(self, scope: Component | Part, id_: str, props: SetupProps) -> None:
        super().__init__(scope, id_)
        self._props = props
        self._metadata: Json = {"name": SETUP, "labels": selector_labels(SETUP)}
        self._add_account()
        self._add_documents()
        self._add_job()
        self._add_policy()

    def _add_account(self) -> None:
        account: Json = {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": self._metadata}
        self.emit({**account, "automountServiceAccountToken": False})

    def _add_documents(self) -> None:
        data = {f"{name}.json": json.dumps(text, indent=2) + "\n" for name, text in self._props.documents.items()}
        data["saved-objects.ndjson"] = self._props.saved_objects
        data[SCRIPT] = files("groundplan.telemetry.scripts").joinpath(SCRIPT).read_text("utf-8")
        self._digest = hashlib.sha256(json.dumps(data, sort_keys=True).encode()).hexdigest()[:16]
        self.emit({"apiVersion": "v1", "kind": "ConfigMap", "metadata": self._metadata, "data": data})

    def _add_job(self) -> None:
        labels = {
            **workload_labels(SETUP, tag(self._props.image)),
            "app.kubernetes.io/part-of": self._props.system,
        }
        self.emit(
            {
                "apiVersion": "batch/v1",
                "kind": "Job",
                "metadata": {**self._metadata, "annotations": {**HOOK, **AFTER_KIBANA}},
                "spec": {
                    "backoffLimit": TRIES,
                    "activeDeadlineSeconds": DEADLINE,
                    "template": {
                        "metadata": {
                            "labels": labels,
                            "annotations": {"groundplan.dev/config-hash": self._digest},
                        },
                        "spec": self._pod_spec(),
                    },
                },
            }
        )

    def _pod_spec(self) -> Json:
        return {
            "serviceAccountName": SETUP,
            "automountServiceAccountToken": False,
            "enableServiceLinks": False,
            "restartPolicy": "Never",
            "priorityClassName": priority_class(self._props.system, "normal"),
            "securityContext": pod_security_context(),
            "containers": [self._container()],
            "volumes": [
                {"name": "documents", "configMap": {"name": SETUP}},
                {
                    "name": "administrator",
                    "secret": {
                        "secretName": ADMINISTRATOR,
                        "items": [{"key": ADMINISTRATOR_KEY, "path": "password"}],
                    },
                },
                _authority("elasticsearch", SEARCH_AUTHORITY),
                _authority("kibana", VIEWER_AUTHORITY),
            ],
        }

    def _container(self) -> Json:
        values = {
            "DOCUMENTS": "/documents",
            "ELASTICSEARCH": f"https://{SEARCH_SERVICE}.{self.component.namespace_name}.svc:{SEARCH_PORT}",
            "ELASTICSEARCH_CA": "/authorities/elasticsearch/ca.crt",
            "KIBANA": f"https://{VIEWER_SERVICE}.{self.component.namespace_name}.svc:{VIEWER_PORT}",
            "KIBANA_CA": "/authorities/kibana/ca.crt",
            "PASSWORD_FILE": "/administrator/password",
        }
        mounts = {
            "documents": "/documents",
            "administrator": "/administrator",
            "elasticsearch": "/authorities/elasticsearch",
            "kibana": "/authorities/kibana",
        }
        return {
            "name": "setup",
            "image": self._props.image,
            "imagePullPolicy": "IfNotPresent",
            "command": ["python3", "-B", f"/documents/{SCRIPT}"],
            "env": [{"name": name, "value": value} for name, value in values.items()],
            "resources": {
                "requests": {"cpu": "50m", "memory": "64Mi"},
                "limits": {"cpu": "500m", "memory": "128Mi", "ephemeral-storage": "64Mi"},
            },
            "securityContext": container_security_context(),
            "volumeMounts": [{"name": name, "mountPath": path, "readOnly": True} for name, path in mounts.items()],
        }

    def _add_policy(self) -> None:
        self.emit(
            {
                "apiVersion": "networking.k8s.io/v1",
                "kind": "NetworkPolicy",
                "metadata": self._metadata,
                "spec": {
                    "podSelector": {"matchLabels": selector_labels(SETUP)},
                    "policyTypes": ["Ingress", "Egress"],
                    "egress": [
                        name_resolution(),
                        {"to": [pods(SEARCH_PODS)], "ports": ports(SEARCH_PORT)},
                        {"to": [pods(VIEWER_PODS)], "ports": ports(VIEWER_PORT)},
                    ],
                },
            }
        )


def _authority(name: str, secret: str) -> Json:
    return {"name": name, "secret": {"secretName": secret, "items": [{"key": "ca.crt", "path": "ca.crt"}]}}
