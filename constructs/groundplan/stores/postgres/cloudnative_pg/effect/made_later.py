"""What CloudNativePG makes of a Cluster: instances, the Jobs that create them, Services and budgets.

See https://cloudnative-pg.io/documentation/current/security/ for the contexts its containers run in,
https://cloudnative-pg.io/documentation/current/service_management/ and, for the container that archives,
https://cloudnative-pg.io/plugin-barman-cloud/docs/usage/ .
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from groundplan.checks.inventory import Object
from groundplan.checks.made_later.around import Around
from groundplan.checks.made_later.owned import Json, owned

OPERATOR = "ghcr.io/cloudnative-pg/cloudnative-pg:x"
"""Image of the first container of every instance: the operator's own."""

ARCHIVER = "ghcr.io/cloudnative-pg/plugin-barman-cloud-sidecar:x"
"""Image of the container beside each instance that archives."""

BARMAN = "barman-cloud.cloudnative-pg.io"
CONTEXT: Mapping[str, Any] = {
    "allowPrivilegeEscalation": False,
    "capabilities": {"drop": ["ALL"]},
    "privileged": False,
    "readOnlyRootFilesystem": True,
    "runAsNonRoot": True,
    "seccompProfile": {"type": "RuntimeDefault"},
}
ENOUGH_FOR_A_BUDGET = 3
"""Instances from which on the followers have a budget of their own."""


def of_database(item: Object, around: Around) -> Iterator[Json]:
    """Everything one Cluster becomes."""
    labels = {"cnpg.io/cluster": item.name, **item.spec.get("inheritedMetadata", {}).get("labels", {})}
    spec = _pod_spec(item, around)
    yield owned(item, "v1", "Pod", f"{item.name}-1", {"spec": spec}, labels)
    job = {"spec": {"template": {"metadata": {"labels": labels}, "spec": {**spec, "restartPolicy": "Never"}}}}
    yield owned(item, "batch/v1", "Job", f"{item.name}-1-initdb", job, labels)
    for service in item.spec.get("managed", {}).get("services", {}).get("additional", []):
        template = service["serviceTemplate"]
        metadata = template["metadata"]
        body = {"spec": template.get("spec", {})}
        yield owned(item, "v1", "Service", metadata["name"], body, {**labels, **metadata.get("labels", {})})
    for suffix in ("rw", "ro", "r"):
        yield owned(item, "v1", "Service", f"{item.name}-{suffix}", {"spec": {"type": "ClusterIP"}}, labels)
    yield from _budgets(item, labels)


def _pod_spec(item: Object, around: Around) -> Json:
    spec = item.spec
    own = {"resources": spec.get("resources", {}), "securityContext": {**CONTEXT, **spec.get("securityContext", {})}}
    first = {"name": "bootstrap-controller", "image": OPERATOR, **own}
    ports = [{"containerPort": 5432}, {"containerPort": 9187}, {"containerPort": 8000}]
    probes: Json = {"livenessProbe": {"httpGet": {}}, "readinessProbe": {"httpGet": {}}}
    postgres = {"name": "postgres", "image": spec.get("imageName", ""), "ports": ports, **probes, **own}
    affinity = spec.get("affinity", {})
    return {
        "serviceAccountName": item.name,
        "securityContext": {"runAsNonRoot": True, "seccompProfile": {"type": "RuntimeDefault"}},
        "initContainers": [first, *_archivers(item, around)],
        "containers": [postgres],
        "nodeSelector": affinity.get("nodeSelector", {}),
        "tolerations": affinity.get("tolerations", []),
    }


def _archivers(item: Object, around: Around) -> Iterator[Json]:
    """The container that the plugin adds: it asks for what its ObjectStore says, and for nothing where that says nothing."""
    for plugin in item.spec.get("plugins", []):
        if plugin.get("name") == BARMAN and plugin.get("enabled", True):
            name = plugin.get("parameters", {}).get("barmanObjectName", "")
            store = around.find("barmancloud.cnpg.io", "ObjectStore", item.namespace, name) or {}
            sidecar = store.get("spec", {}).get("instanceSidecarConfiguration", {})
            resources = sidecar.get("resources", {})
            yield {
                "name": "plugin-barman-cloud",
                "image": ARCHIVER,
                "restartPolicy": "Always",
                "resources": resources,
                "securityContext": CONTEXT,
            }


def _budgets(item: Object, labels: Mapping[str, str]) -> Iterator[Json]:
    if not item.spec.get("enablePDB", True):
        return
    instances = item.spec["instances"]
    primary = {"spec": {"minAvailable": 1}}
    yield owned(item, "policy/v1", "PodDisruptionBudget", f"{item.name}-primary", primary, labels)
    if instances >= ENOUGH_FOR_A_BUDGET:
        followers = {"spec": {"minAvailable": instances - 2}}
        yield owned(item, "policy/v1", "PodDisruptionBudget", item.name, followers, labels)


MAKERS = {("postgresql.cnpg.io", "Cluster"): of_database}
