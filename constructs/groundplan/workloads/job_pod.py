"""The pods of a job, whoever starts it: their container, what it is told, and what they mount."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from groundplan.errors import ConstructError
from groundplan.kubernetes.priorities import priority_class
from groundplan.model.containers import File, Mount
from groundplan.model.jobs import Job, JobMount
from groundplan.parts import Json
from groundplan.pods import Handed, Taints, container_resources, placement, scratch_volume, with_handed
from groundplan.security.pod_security import container_security_context, pod_security_context
from groundplan.stores.answers import SecretKey


@dataclass(frozen=True, kw_only=True, slots=True)
class JobPodProps:
    """What a job's pods take from what is written of it and from its environment."""

    job: Job
    """What is written of it."""

    system: str
    """Name of the system."""

    priorities: str = ""
    """Prefix of the priority classes of its pods. Default the system's name."""

    image: str
    """Its image, with the registry it is pulled from."""

    handed: Sequence[Handed] = ()
    """What the stores it calls give its pods. Default nothing."""

    args: Sequence[str] = ()
    """Arguments instead of the image's own. Default the image's."""

    taints: Taints = field(default_factory=dict)
    """Taints of the nodes by pool, the one it names among them. Default none."""

    urls: Mapping[str, str] = field(default_factory=dict)
    """Variable to the URL of what it calls. Default none."""

    authorities: Mapping[str, SecretKey] = field(default_factory=dict)
    """Variable to the certificate of an authority that signed what it calls. Default none."""


def files_name(job: str) -> str:
    """Name of the ConfigMap with a job's files."""
    return f"{job}-files"


def job_pod_spec(name: str, props: JobPodProps) -> Json:
    """The specification of a pod of the job `name`.

    Raises:
        ConstructError: where a mount is neither scratch space nor a store.
    """
    job = props.job
    spec: Json = {
        "serviceAccountName": name,
        "automountServiceAccountToken": False,
        "enableServiceLinks": False,
        "restartPolicy": "Never",
        "priorityClassName": priority_class(props.priorities or props.system, job.priority),
        "securityContext": pod_security_context(job.user),
        **placement(job.node_pool, props.taints),
        "containers": [_container(name, props)],
        "volumes": [scratch_volume("tmp"), *_volumes(name, job)],
    }
    return with_handed(spec, props.handed)


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
    values |= {
        name: {"valueFrom": {"secretKeyRef": {"name": at.secret, "key": at.key}}}
        for name, at in props.authorities.items()
    }
    for name, reference in props.job.secrets.items():
        secret, _, key = reference.partition("/")
        values[name] = {"valueFrom": {"secretKeyRef": {"name": secret, "key": key}}}
    return [{"name": name, **value} for name, value in sorted(values.items())]


def _mounts(name: str, job: Job) -> list[Json]:
    mounts: list[Json] = [
        {"name": mount, "mountPath": value.path, **_part_of(value)} for mount, value in job.mounts.items()
    ]
    return mounts + [
        {"name": volume, "mountPath": directory, "readOnly": True} for volume, directory in _directories(name, job)
    ]


def _part_of(mount: Mount) -> Json:
    """The one directory that a pod sees; a variable that is not set keeps the container from starting.

    See https://kubernetes.io/docs/concepts/storage/volumes/#using-subpath-expanded-environment .
    """
    variable = mount.variable if isinstance(mount, JobMount) else None
    return {"subPathExpr": f"$({variable})"} if variable is not None else {}


def _directories(name: str, job: Job) -> list[tuple[str, str]]:
    """Volume and directory of the files."""
    directories = sorted({file.directory for file in job.placed_files(name).values()})
    if len(directories) == 1:
        return [("files", directories[0])]
    return [(f"files-{number}", directory) for number, directory in enumerate(directories, 1)]


def _files(name: str, files: Mapping[str, File], *, whole: bool) -> Json:
    """The ConfigMap whole, or those of its keys that lie in one directory."""
    items = [{"key": key, "path": file.path.rpartition("/")[2]} for key, file in files.items()]
    return {"name": files_name(name), **({} if whole else {"items": items})}


def _volumes(name: str, job: Job) -> list[Json]:
    volumes: list[Json] = []
    for volume, mount in job.mounts.items():
        if mount.scratch is not None:
            volumes.append(scratch_volume(volume, mount.scratch))
        elif mount.store is not None:
            volumes.append({"name": volume, "persistentVolumeClaim": {"claimName": mount.store}})
        else:
            raise ConstructError(name, f"mount `{volume}` names no file store", "name a store of type files")
    files = job.placed_files(name)
    for volume, directory in _directories(name, job):
        here = {key: file for key, file in files.items() if file.directory == directory}
        whole = here == files and all(file.path.endswith(f"/{key}") for key, file in here.items())
        volumes.append({"name": volume, "configMap": _files(name, here, whole=whole)})
    return volumes
