"""The pods of a job, whoever starts it: their container, what it is told, and what they mount."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from groundplan.errors import ConstructError
from groundplan.kubernetes.priorities import priority_class
from groundplan.model.jobs import Job
from groundplan.parts import Json
from groundplan.pods import Taints, container_resources, placement, scratch_volume
from groundplan.security.pod_security import container_security_context, pod_security_context


@dataclass(frozen=True, kw_only=True, slots=True)
class JobPodProps:
    """What a job's pods take from what is written of it and from its environment."""

    job: Job
    """What is written of it."""

    system: str
    """Name of the system, whose priority classes its pods have."""

    image: str
    """Its image, with the registry it is pulled from."""

    args: Sequence[str] = ()
    """Arguments instead of the image's own. Default the image's."""

    taints: Taints = field(default_factory=dict)
    """Taints of the nodes by pool, the one it names among them. Default none."""

    urls: Mapping[str, str] = field(default_factory=dict)
    """Variable to the URL of what it calls. Default none."""


def files_name(job: str) -> str:
    """Name of the ConfigMap with a job's files."""
    return f"{job}-files"


def job_pod_spec(name: str, props: JobPodProps) -> Json:
    """The specification of a pod of the job `name`.

    Raises:
        ConstructError: where a mount is neither scratch space nor a store.
    """
    job = props.job
    return {
        "serviceAccountName": name,
        "automountServiceAccountToken": False,
        "enableServiceLinks": False,
        "restartPolicy": "Never",
        "priorityClassName": priority_class(props.system, job.priority),
        "securityContext": pod_security_context(job.user),
        **placement(job.node_pool, props.taints),
        "containers": [_container(name, props)],
        "volumes": [scratch_volume("tmp"), *_volumes(name, job)],
    }


def _container(name: str, props: JobPodProps) -> Json:
    job = props.job
    container: Json = {"name": name, "image": props.image, "imagePullPolicy": "IfNotPresent"}
    if job.command:
        container["command"] = list(job.command)
    if props.args:
        container["args"] = list(props.args)
    container["env"] = _env(props)
    container["resources"] = container_resources(job.resources)
    container["securityContext"] = container_security_context()
    container["volumeMounts"] = [{"name": "tmp", "mountPath": "/tmp"}, *_mounts(name, job)]
    return container


def _env(props: JobPodProps) -> list[Json]:
    values: dict[str, Json] = {name: {"value": value} for name, value in props.job.env.items()}
    values |= {name: {"value": url} for name, url in props.urls.items()}
    for name, reference in props.job.secrets.items():
        secret, _, key = reference.partition("/")
        values[name] = {"valueFrom": {"secretKeyRef": {"name": secret, "key": key}}}
    return [{"name": name, **value} for name, value in sorted(values.items())]


def _mounts(name: str, job: Job) -> list[Json]:
    mounts: list[Json] = [{"name": mount, "mountPath": value.path} for mount, value in job.mounts.items()]
    if job.files:
        mounts.append({"name": "files", "mountPath": f"/etc/{name}", "readOnly": True})
    return mounts


def _volumes(name: str, job: Job) -> list[Json]:
    volumes: list[Json] = []
    for volume, mount in job.mounts.items():
        if mount.scratch is not None:
            volumes.append(scratch_volume(volume, mount.scratch))
        elif mount.store is not None:
            volumes.append({"name": volume, "persistentVolumeClaim": {"claimName": mount.store}})
        else:
            raise ConstructError(name, f"mount `{volume}` names no file store", "name a store of type files")
    if job.files:
        volumes.append({"name": "files", "configMap": {"name": files_name(name)}})
    return volumes
