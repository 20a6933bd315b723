"""A long-running workload of the team: everything Kubernetes needs to run one service well."""

from __future__ import annotations

import hashlib
import json

from groundplan.autoscaling.horizontal import HorizontalAutoscaler
from groundplan.autoscaling.queue_scaler import QueueScaler
from groundplan.autoscaling.size_recommender import SizeRecommender
from groundplan.facts.replicas import least_replicas, promised_replicas
from groundplan.facts.standby import waits
from groundplan.kubernetes.labels import selector_labels, workload_labels
from groundplan.model.jobs import Job
from groundplan.model.services import Service
from groundplan.model.values import whole_seconds
from groundplan.networking.service_policy import ServicePolicy
from groundplan.parts import Component, Json, Part
from groundplan.platforms.platform import PodIdentity
from groundplan.platforms.registry import platform_of
from groundplan.pods import container_resources, health_probe, placement, scratch_volume, spread
from groundplan.security.pod_security import container_security_context, pod_security_context
from groundplan.workloads.callee_urls import callee_url, derived_urls
from groundplan.workloads.graceful_stop import drain_seconds, wait_before_stop
from groundplan.workloads.job_template import TEMPLATES, template_name
from groundplan.workloads.preparation import AFTER_PREPARATION, Preparation
from groundplan.workloads.progressive import ROLLOUTS, ProgressiveRollout, is_progressive

CONFIG_HASH = "groundplan.dev/config-hash"
"""Pod annotation that changes with the configuration, so that a new setting rolls the pods."""


class WebService(Part):
    """Runs one service of the environment.

    Emits ServiceAccount, ConfigMap, Deployment, Service (and its aliases), PodDisruptionBudget, autoscaler,
    network policy and ServiceMonitor. In an environment that waits for a failover everything exists and nothing runs.
    """

    def __init__(self, scope: Component | Part, id_: str, service: Service) -> None:
        super().__init__(scope, id_)
        self.name = id_
        self.service = service
        self._labels = workload_labels(id_, service.tag)
        self._add_service_account()
        self._add_config()
        self._add_preparation()
        self._add_workload()
        self._add_services()
        self._add_disruption_budget()
        self._add_autoscaler()
        if self.environment.host_environment.cluster.right_sizing and not waits(self.environment):
            SizeRecommender(self, "recommender", self.name, self._workload_kind())
        ServicePolicy(self, "policy", id_, service)
        self._add_service_monitor()

    @property
    def _jobs(self) -> dict[str, Job]:
        """Kinds of Job it starts."""
        return self.environment.jobs_of(self.name)

    @property
    def config_name(self) -> str:
        """Name of the service's ConfigMap."""
        return f"{self.name}-config"

    @property
    def _account(self) -> str:
        return self.service.service_account or self.name

    def _identity(self) -> PodIdentity | None:
        """The identity its pods take on, where the platform knows it by an id; None elsewhere."""
        return platform_of(self.environment).pod_identity(self.service.identity)

    def _add_service_account(self) -> None:
        metadata: Json = {"name": self._account, "labels": selector_labels(self.name)}
        identity = self._identity()
        if identity is not None:
            metadata["annotations"] = dict(identity.annotations)
        self.emit(
            {
                "apiVersion": "v1",
                "kind": "ServiceAccount",
                "metadata": metadata,
                "automountServiceAccountToken": False,
            }
        )
        if "jobs" in self.service.kubernetes_access:
            self._add_job_access()

    def _add_job_access(self) -> None:
        self.emit(
            {
                "apiVersion": "rbac.authorization.k8s.io/v1",
                "kind": "Role",
                "metadata": {"name": f"{self.name}-jobs"},
                "rules": [
                    {
                        "apiGroups": ["batch"],
                        "resources": ["jobs"],
                        "verbs": ["create", "delete", "get", "list", "watch"],
                    },
                    {"apiGroups": [""], "resources": ["pods", "pods/log"], "verbs": ["get", "list", "watch"]},
                ],
            }
        )
        self.emit(
            {
                "apiVersion": "rbac.authorization.k8s.io/v1",
                "kind": "RoleBinding",
                "metadata": {"name": f"{self.name}-jobs"},
                "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": f"{self.name}-jobs"},
                "subjects": [
                    {"kind": "ServiceAccount", "name": self._account, "namespace": self.component.namespace_name}
                ],
            }
        )

    def _add_config(self) -> None:
        if self.service.config:
            self.emit(
                {
                    "apiVersion": "v1",
                    "kind": "ConfigMap",
                    "metadata": {"name": self.config_name, "labels": selector_labels(self.name)},
                    "data": dict(sorted(self.service.config.items())),
                }
            )

    def _add_preparation(self) -> None:
        """Nothing is prepared where nothing runs: a standby's database is the peer's copy."""
        if self.service.prepare and not waits(self.environment):
            labels: Json = self._pod_metadata()["labels"]
            Preparation(self, "preparation", self.name, self.service, labels=labels, pod_spec=self._pod_spec())

    def _add_workload(self) -> None:
        if is_progressive(self.service):
            template = {"metadata": self._pod_metadata(), "spec": self._pod_spec()}
            labels = self._versioned_labels()
            ProgressiveRollout(self, "rollout", self.name, self.service, labels=labels, template=template)
        else:
            self._add_deployment()

    def _add_deployment(self) -> None:
        spec: Json = {
            "revisionHistoryLimit": 5,
            "progressDeadlineSeconds": 600,
            "selector": {"matchLabels": selector_labels(self.name)},
            "strategy": self._strategy(),
            "template": {"metadata": self._pod_metadata(), "spec": self._pod_spec()},
        }
        if waits(self.environment):
            spec = {"replicas": 0, **spec}
        elif self.service.scaling is None:
            spec = {"replicas": least_replicas(self.environment, self.name), **spec}
        metadata: Json = {"name": self.name, "labels": self._versioned_labels()}
        if self.service.prepare:
            metadata["annotations"] = AFTER_PREPARATION
        self.emit({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": metadata, "spec": spec})

    def _strategy(self) -> Json:
        if self.service.rollout == "recreate":
            return {"type": "Recreate"}
        return {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 1, "maxUnavailable": 0}}

    def _versioned_labels(self) -> Json:
        return {**self._labels, "version": self.service.version or self.service.tag}

    def _pod_metadata(self) -> Json:
        labels = {**self._versioned_labels(), "app.kubernetes.io/part-of": self.environment.system}
        identity = self._identity()
        if identity is not None:
            labels |= identity.labels
        metadata: Json = {"labels": labels}
        if self.service.config:
            digest = hashlib.sha256(json.dumps(self.service.config, sort_keys=True).encode()).hexdigest()
            metadata["annotations"] = {CONFIG_HASH: f"sha-{digest[:16]}"}
        return metadata

    def _pod_spec(self) -> Json:
        grace = whole_seconds(self.service.grace) + drain_seconds(self.environment, self.name)
        return {
            "serviceAccountName": self._account,
            "automountServiceAccountToken": bool(self.service.kubernetes_access or self._jobs),
            "enableServiceLinks": False,
            "securityContext": pod_security_context(self.service.user),
            "terminationGracePeriodSeconds": grace,
            "priorityClassName": f"{self.environment.system}-{self.service.priority}",
            **placement(self.service.node_pool, self.environment.cluster.node_pools),
            "topologySpreadConstraints": spread(selector_labels(self.name)),
            "containers": [self._container()],
            "volumes": [scratch_volume("tmp"), *self._volumes()],
        }

    def _container(self) -> Json:
        service = self.service
        container: Json = {
            "name": self.name,
            "image": self.environment.image(service.image),
            "imagePullPolicy": "IfNotPresent",
        }
        if service.command:
            container["command"] = list(service.command)
        if service.args:
            container["args"] = list(service.args)
        if service.port is not None:
            container["ports"] = [{"name": "http", "containerPort": service.port, "protocol": "TCP"}]
        if self._env():
            container["env"] = self._env()
        if self._env_from():
            container["envFrom"] = self._env_from()
        container["resources"] = container_resources(service.resources)
        container |= self._probes()
        if service.port is not None:
            wait = drain_seconds(self.environment, self.name)
            container["lifecycle"] = wait_before_stop(self.environment, wait)
        container["securityContext"] = container_security_context()
        container["volumeMounts"] = [{"name": "tmp", "mountPath": "/tmp"}, *self._volume_mounts()]
        return container

    def _probes(self) -> Json:
        port = self.service.health_port or self.service.port
        probes = self.service.probes
        checks = {"livenessProbe": probes.live, "readinessProbe": probes.ready, "startupProbe": probes.startup}
        rendered = {name: health_probe(probe, port) for name, probe in checks.items() if probe is not None}
        return {name: probe for name, probe in rendered.items() if probe is not None}

    def _env(self) -> list[Json]:
        values: dict[str, Json] = {name: {"value": value} for name, value in self.service.env.items()}
        for name, callee in {**derived_urls(self.environment, self.service), **self.service.urls}.items():
            values[name] = {"value": self._url(callee)}
        for name, job in self._jobs.items():
            kind = name.upper().replace("-", "_")
            values[f"{kind}_JOB_TEMPLATE"] = {"value": f"{TEMPLATES}/{name}/job.yaml"}
            values[f"MAX_CONCURRENT_{kind}_JOBS"] = {"value": str(job.at_once)}
        for name, reference in self.service.secrets.items():
            secret, _, key = reference.partition("/")
            values[name] = {"valueFrom": {"secretKeyRef": {"name": secret, "key": key}}}
        return [{"name": name, **value} for name, value in sorted(values.items())]

    def _url(self, callee: str) -> str:
        url = callee_url(self.environment, callee)
        if url is None:
            raise self.fail(f"`{callee}` has no URL", "name a service, a data store or a host")
        return url

    def _env_from(self) -> list[Json]:
        sources: list[Json] = [{"configMapRef": {"name": self.config_name}}] if self.service.config else []
        return sources + [{"secretRef": {"name": secret}} for secret in self.service.secrets_from]

    def _volumes(self) -> list[Json]:
        volumes = []
        for name, mount in self.service.mounts.items():
            if mount.scratch is not None:
                volumes.append(scratch_volume(name, mount.scratch))
            elif mount.store is not None:
                volumes.append({"name": name, "persistentVolumeClaim": {"claimName": mount.store}})
            else:
                raise self.fail(f"mount `{name}` names no file store", "name a store of type files")
        return volumes + [
            {"name": f"{name}-template", "configMap": {"name": template_name(name)}} for name in self._jobs
        ]

    def _volume_mounts(self) -> list[Json]:
        mounts: list[Json] = [{"name": name, "mountPath": mount.path} for name, mount in self.service.mounts.items()]
        return mounts + [
            {"name": f"{name}-template", "mountPath": f"{TEMPLATES}/{name}", "readOnly": True} for name in self._jobs
        ]

    def _add_services(self) -> None:
        if self.service.port is None:
            return
        for name in (self.name, *self.service.aliases):
            self.emit(
                {
                    "apiVersion": "v1",
                    "kind": "Service",
                    "metadata": {"name": name, "labels": selector_labels(self.name) if name == self.name else {}},
                    "spec": {
                        "type": "ClusterIP",
                        "selector": selector_labels(self.name),
                        "ports": [
                            {
                                "name": "http",
                                "port": self.service.port,
                                "targetPort": self.service.port,
                                "protocol": "TCP",
                            }
                        ],
                    },
                }
            )

    def _add_disruption_budget(self) -> None:
        budget = self.service.budget
        if least_replicas(self.environment, self.name) < 2:
            limit: Json = {"maxUnavailable": 1}
        elif budget.min_available is not None:
            limit = {"minAvailable": budget.min_available}
        else:
            limit = {"maxUnavailable": budget.max_unavailable}
        self.emit(
            {
                "apiVersion": "policy/v1",
                "kind": "PodDisruptionBudget",
                "metadata": {"name": self.name, "labels": selector_labels(self.name)},
                "spec": {
                    **limit,
                    "selector": {"matchLabels": selector_labels(self.name)},
                    "unhealthyPodEvictionPolicy": "AlwaysAllow",
                },
            }
        )

    def _add_autoscaler(self) -> None:
        scaling = self.service.scaling
        if scaling is None or waits(self.environment):
            return
        kind = self._workload_kind()
        least = promised_replicas(self.environment, self.name)
        if scaling.queues or scaling.hours:
            QueueScaler(self, "autoscaler", self.name, kind, self.service, scaling, least=least)
        else:
            HorizontalAutoscaler(self, "autoscaler", self.name, scaling, kind=kind, least=least)

    def _workload_kind(self) -> tuple[str, str]:
        return (ROLLOUTS, "Rollout") if is_progressive(self.service) else ("apps/v1", "Deployment")

    def _add_service_monitor(self) -> None:
        if self.service.port is None:
            return
        self.emit(
            {
                "apiVersion": "monitoring.coreos.com/v1",
                "kind": "ServiceMonitor",
                "metadata": {"name": self.name, "labels": selector_labels(self.name)},
                "spec": {
                    "selector": {"matchLabels": selector_labels(self.name)},
                    "endpoints": [
                        {"port": "http", "path": self.service.metrics_path, "interval": "30s", "scrapeTimeout": "10s"}
                    ],
                },
            }
        )
