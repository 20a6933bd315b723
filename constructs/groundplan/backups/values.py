"""Values of Velero's chart: what it runs as, how it proves who it is, and what it may use.

See https://velero.io/docs/main/ .
"""

from __future__ import annotations

import json

from groundplan.addons.catalogue import sizes
from groundplan.addons.sizes import Size
from groundplan.addons.values import CRITICAL
from groundplan.facts.identities import COPIER
from groundplan.model.backups import Backups
from groundplan.model.environment import Environment
from groundplan.parts import Json
from groundplan.platforms.platform import MOUNT, BackupStorage, PodIdentity

UNPRIVILEGED: Json = {
    "allowPrivilegeEscalation": False,
    "capabilities": {"drop": ["ALL"]},
    "readOnlyRootFilesystem": True,
}
"""Security of a container that needs nothing of its node."""

SOMEBODY: Json = {"runAsNonRoot": True, "runAsUser": 65532, "seccompProfile": {"type": "RuntimeDefault"}}
"""Security of a pod that is nobody in particular."""

HOME = "/scratch"
"""Where programs may write that keep settings and caches beside the user's files."""

SETTINGS = "node-agent"
"""ConfigMap of the chart that the agent reads when it starts; the chart puts the name of the release before it."""


def velero_values(
    environment: Environment, backups: Backups, storage: BackupStorage, identity: PodIdentity | None
) -> Json:
    """One server; where volumes are copied, an agent on every node that starts what copies them, in pods of their own.

    Places and schedules are objects of our own.

    Args:
        environment: whose cluster it is.
        backups: what is copied.
        storage: where copies lie.
        identity: who writes them; None where the name of the ServiceAccount is enough.
    """
    size, known = sizes(environment, "velero"), identity or PodIdentity()
    variables = {"HOME": HOME, **known.variables}
    account: Json = {"name": COPIER}
    if known.annotations:
        account["annotations"] = dict(known.annotations)
    metrics: Json = {"serviceMonitor": _scraped(environment)}
    values: Json = {
        "initContainers": [_plugin(environment.upstream_image(storage.plugin))],
        "podSecurityContext": SOMEBODY,
        "containerSecurityContext": UNPRIVILEGED,
        "configuration": {"extraEnvVars": [{"name": name, "value": value} for name, value in variables.items()]},
        "credentials": {"useSecret": False},
        "backupsEnabled": False,
        "snapshotsEnabled": False,
        "upgradeCRDs": False,
        "metrics": metrics,
        "priorityClassName": CRITICAL,
        "resources": size["server"].resources,
        "serviceAccount": {"server": account},
        **_of_pods(known),
    }
    if known.pod_annotations:
        values["podAnnotations"] = dict(known.pod_annotations)
    if backups.volumes:
        metrics["nodeAgentPodMonitor"] = _scraped(environment)
        values["deployNodeAgent"] = True
        values["configMaps"] = {SETTINGS: {"data": {"settings.json": _copying(size["copying"], known)}}}
        values["nodeAgent"] = {
            "disableHostPath": True,  # volumes are read from their snapshots
            "extraArgs": [f"--node-agent-configmap=velero-{SETTINGS}"],
            "podSecurityContext": SOMEBODY,
            "containerSecurityContext": UNPRIVILEGED,
            "priorityClassName": CRITICAL,
            "resources": size["node-agent"].resources,
            **_of_pods(known),
        }
    return values


def _copying(size: Size, identity: PodIdentity) -> str:
    """Settings of the pods that copy volumes; a volume is restored without waiting for a pod, as the test has none."""
    named = {"podAnnotations": dict(identity.pod_annotations), "podLabels": dict(identity.labels)}
    settings = {
        "restorePVC": {"ignoreDelayBinding": True},
        "podResources": {"cpuRequest": size.cpu, "memoryRequest": size.memory, "memoryLimit": size.limit},
        **{key: value for key, value in named.items() if value},
    }
    return json.dumps(settings, sort_keys=True)


def _plugin(image: str) -> Json:
    """It puts the plugin where the server finds it."""
    return {
        "name": "plugin",
        "image": image,
        "resources": {"requests": {"cpu": "10m", "memory": "32Mi"}, "limits": {"memory": "64Mi"}},
        "securityContext": UNPRIVILEGED,
        "volumeMounts": [{"name": "plugins", "mountPath": "/target"}],
    }


def _scraped(environment: Environment) -> Json:
    return {"enabled": environment.parts.monitoring}


def _of_pods(identity: PodIdentity) -> Json:
    """What pods wear and mount to prove who they are."""
    found: Json = {"podLabels": dict(identity.labels)} if identity.labels else {}
    if identity.files:
        found["extraVolumes"] = [{"name": "credentials", "projected": {"sources": list(identity.files)}}]
        found["extraVolumeMounts"] = [{"name": "credentials", "mountPath": MOUNT, "readOnly": True}]
    return found
