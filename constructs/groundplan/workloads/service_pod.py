"""The pods of one service: their labels, their container, and what they mount."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from groundplan.errors import ConstructError
from groundplan.kubernetes.labels import selector_labels, workload_labels
from groundplan.kubernetes.objects import Json
from groundplan.kubernetes.priorities import priority_class
from groundplan.model.jobs import StartedJob
from groundplan.model.services import Service
from groundplan.model.values import whole_seconds
from groundplan.platforms.platform import PodIdentity
from groundplan.pods import (
    Handed,
    Taints,
    container_resources,
    health_probe,
    placement,
    scratch_volume,
    spread,
    with_handed,
    with_identity,
)
from groundplan.security.pod_security import container_security_context, pod_security_context
from groundplan.stores.answers import SecretKey
from groundplan.workloads.graceful_stop import DRAIN_SECONDS, wait_before_stop
from groundplan.workloads.job_template import TEMPLATES, template_name

CONFIG_HASH = "groundplan.dev/config-hash"
"""Pod annotation that changes with the configuration, so that a new setting rolls the pods."""


_OF_EVERY_STEP = ("imagePullPolicy", "env", "envFrom", "resources", "securityContext", "volumeMounts")
"""What a step before the service has of the service's container."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ServicePodProps:
    """A service as it is written, and what its pods take from the environment."""

    service: Service
    """What is written of it."""

    system: str
    """Name of the system, whose labels its pods have."""

    priorities: str = ""
    """Prefix of the priority classes of its pods. Default the system's name."""

    kubernetes: str
    """Minor version of the cluster, e.g. `1.32`."""

    image: str
    """Its image, with the registry it is pulled from."""

    handed: Sequence[Handed] = ()
    """What the stores it calls give its pods. Default nothing."""

    step_images: Mapping[str, str] = field(default_factory=dict)
    """Step of `init` to its image, with the registry it is pulled from, where it is not the service's. Default none."""

    identity: PodIdentity | None = None
    """Identity its pods take on, where the platform knows it by an id. Default none."""

    taints: Taints = field(default_factory=dict)
    """Taints of the nodes by pool, the one it names among them. Default none."""

    jobs: Mapping[str, StartedJob] = field(default_factory=dict)
    """Kinds of Job it starts. Default none."""

    urls: Mapping[str, str] = field(default_factory=dict)
    """Variable to the URL of what it calls. Default none."""

    authorities: Mapping[str, SecretKey] = field(default_factory=dict)
    """Variable to the certificate of an authority that signed what it calls. Default none."""

    drain: int = DRAIN_SECONDS
    """Seconds between leaving the load balancers and stopping. Default 5, for what only pods call."""


class ServicePod:
    """What the Deployment, the Rollout and the preparation of the service `name` run."""

    def __init__(self, name: str, props: ServicePodProps) -> None:
        self._name = name
        self._props, self._service = props, props.service

    @property
    def account(self) -> str:
        """Name of its ServiceAccount."""
        return self._service.service_account or self._name

    @property
    def config_name(self) -> str:
        """Name of the service's ConfigMap."""
        return f"{self._name}-config"

    @property
    def files_name(self) -> str:
        """Name of the ConfigMap with the service's files."""
        return f"{self._name}-files"

    @property
    def labels(self) -> Json:
        """Labels of the workload, with the version that runs."""
        version = self._service.version or self._service.tag
        return {**workload_labels(self._name, self._service.tag), "version": version}

    def metadata(self) -> Json:
        """Labels, and the hash of its configuration."""
        labels = {**self.labels, "app.kubernetes.io/part-of": self._props.system}
        if self._props.identity is not None:
            labels |= self._props.identity.labels
        metadata: Json = {"labels": labels}
        if self._service.config or self._service.files:
            digest = hashlib.sha256(json.dumps(self._read(), sort_keys=True).encode()).hexdigest()
            metadata["annotations"] = {CONFIG_HASH: f"sha-{digest[:16]}"}
        if self._props.identity is not None and self._props.identity.pod_annotations:
            metadata["annotations"] = {**metadata.get("annotations", {}), **self._props.identity.pod_annotations}
        return metadata

    def _read(self) -> Json:
        """Whatever a new pod reads and an old one has read."""
        if not self._service.files:
            return dict(self._service.config)
        files = {file.path: file.text for file in self._service.files.values()}
        return {"config": dict(self._service.config), "files": files}

    def spec(self) -> Json:
        """The specification of each pod."""
        grace = whole_seconds(self._service.grace) + self._props.drain
        spec: Json = {
            "serviceAccountName": self.account,
            "automountServiceAccountToken": bool(self._service.kubernetes_access or self._props.jobs),
            "enableServiceLinks": False,
            "securityContext": pod_security_context(self._service.user),
            "terminationGracePeriodSeconds": grace,
            "priorityClassName": priority_class(self._props.priorities or self._props.system, self._service.priority),
            **placement(self._service.node_pool, self._props.taints),
            "topologySpreadConstraints": spread(selector_labels(self._name)),
            **self._steps(),
            "containers": [self._container()],
            "volumes": [scratch_volume("tmp"), *self._volumes()],
        }
        return with_handed(with_identity(spec, self._props.identity), self._props.handed)

    def _container(self) -> Json:
        service = self._service
        container: Json = {
            "name": self._name,
            "image": self._props.image,
            "imagePullPolicy": "IfNotPresent",
        }
        if service.command:
            container["command"] = list(service.command)
        if service.args:
            container["args"] = list(service.args)
        if service.port is not None:
            container["ports"] = [{"name": "http", "containerPort": service.port, "protocol": "TCP"}]
        elif service.metrics_port is not None:
            container["ports"] = [{"name": "metrics", "containerPort": service.metrics_port, "protocol": "TCP"}]
        if self._env():
            container["env"] = self._env()
        if self._env_from():
            container["envFrom"] = self._env_from()
        container["resources"] = container_resources(service.resources)
        container |= self._probes()
        if service.port is not None:
            container["lifecycle"] = wait_before_stop(self._props.kubernetes, self._props.drain)
        container["securityContext"] = container_security_context()
        container["volumeMounts"] = [{"name": "tmp", "mountPath": "/tmp"}, *self._volume_mounts()]
        return container

    def _steps(self) -> Json:
        """Containers before the service's, in their order: the same but for what serves."""
        container = self._container()
        same = {key: container[key] for key in _OF_EVERY_STEP if key in container}
        steps = [
            {
                **same,
                "name": step.name,
                "image": self._props.step_images.get(step.name, self._props.image),
                "command": list(step.command),
            }
            for step in self._service.init
        ]
        return {"initContainers": steps} if steps else {}

    def _probes(self) -> Json:
        port = self._service.health_port or self._service.port
        probes = self._service.probes
        checks = {"livenessProbe": probes.live, "readinessProbe": probes.ready, "startupProbe": probes.startup}
        rendered = {name: health_probe(probe, port) for name, probe in checks.items() if probe is not None}
        return {name: probe for name, probe in rendered.items() if probe is not None}

    def _env(self) -> list[Json]:
        values: dict[str, Json] = {name: {"value": value} for name, value in self._service.env.items()}
        values |= {name: {"value": url} for name, url in self._props.urls.items()}
        values |= {
            name: {"valueFrom": {"secretKeyRef": {"name": at.secret, "key": at.key}}}
            for name, at in self._props.authorities.items()
        }
        for name, job in self._props.jobs.items():
            kind = name.upper().replace("-", "_")
            values[f"{kind}_JOB_TEMPLATE"] = {"value": f"{TEMPLATES}/{name}/job.yaml"}
            values[f"MAX_CONCURRENT_{kind}_JOBS"] = {"value": str(job.at_once)}
        for name, reference in self._service.secrets.items():
            secret, _, key = reference.partition("/")
            values[name] = {"valueFrom": {"secretKeyRef": {"name": secret, "key": key}}}
        return [{"name": name, **value} for name, value in sorted(values.items())]

    def _env_from(self) -> list[Json]:
        sources: list[Json] = [{"configMapRef": {"name": self.config_name}}] if self._service.config else []
        return sources + [{"secretRef": {"name": secret}} for secret in self._service.secrets_from]

    def _volumes(self) -> list[Json]:
        volumes = []
        for name, mount in self._service.mounts.items():
            if mount.scratch is not None:
                volumes.append(scratch_volume(name, mount.scratch))
            elif mount.store is not None:
                volumes.append({"name": name, "persistentVolumeClaim": {"claimName": mount.store}})
            else:
                raise ConstructError(self._name, f"mount `{name}` names no file store", "name a store of type files")
        for volume, directory in self._directories():
            inside = [(name, file) for name, file in sorted(self._service.files.items()) if file.directory == directory]
            items: list[Json] = [{"key": name, "path": file.path.rpartition("/")[2]} for name, file in inside]
            volumes.append({"name": volume, "configMap": {"name": self.files_name, "items": items}})
        return volumes + [
            {"name": f"{name}-template", "configMap": {"name": template_name(name)}} for name in self._props.jobs
        ]

    def _directories(self) -> list[tuple[str, str]]:
        """Volume and directory of the files; each is mounted whole, because a single file would never change."""
        directories = sorted({file.directory for file in self._service.files.values()})
        return [(f"files-{number}", directory) for number, directory in enumerate(directories, 1)]

    def _volume_mounts(self) -> list[Json]:
        mounts: list[Json] = [{"name": name, "mountPath": mount.path} for name, mount in self._service.mounts.items()]
        mounts += [
            {"name": volume, "mountPath": directory, "readOnly": True} for volume, directory in self._directories()
        ]
        return mounts + [
            {"name": f"{name}-template", "mountPath": f"{TEMPLATES}/{name}", "readOnly": True}
            for name in self._props.jobs
        ]
