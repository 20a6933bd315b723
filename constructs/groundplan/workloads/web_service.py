"""A long-running workload of the team: everything Kubernetes needs to run one service well."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from groundplan.autoscaling.horizontal import HorizontalAutoscaler
from groundplan.autoscaling.queue_scaler import QueueScaler, QueueScalerProps, QueueTrigger
from groundplan.autoscaling.size_recommender import SizeRecommender
from groundplan.kubernetes.labels import selector_labels
from groundplan.kubernetes.objects import Json
from groundplan.kubernetes.rbac import binding, role
from groundplan.networking.service_policy import ServicePolicy, ServicePolicyProps
from groundplan.parts import Component, Part
from groundplan.workloads.job_template import RIGHTS
from groundplan.workloads.preparation import AFTER_PREPARATION, Preparation
from groundplan.workloads.progressive import ROLLOUTS, ProgressiveRollout, ReleaseProps
from groundplan.workloads.service_pod import ServicePod, ServicePodProps


@dataclass(frozen=True, kw_only=True, slots=True)
class WebServiceProps:
    """A service as it is written, and what its environment makes of it."""

    pod: ServicePodProps
    """The service, and what its pods take from the environment."""

    policy: ServicePolicyProps
    """Who may ask it, and what it may ask."""

    calls: Sequence[Json] = ()
    """Egress rules to what it calls, for what it prepares. Default none."""

    queues: Sequence[QueueTrigger] = ()
    """Queues it is scaled by. Default none."""

    replicas: int
    """Pods that run when nothing is going on, with what a standby has promised."""

    comes_and_goes: bool = False
    """Whether it is one day taken to zero and brought back, from where no autoscaler brings it. Default false."""

    promised: int = 0
    """Fewest pods of a standby that has taken over. Default 0: as `scaling` says."""

    release: ReleaseProps
    """How a new version comes in, for a service that is released step by step."""

    recommends_size: bool = False
    """Whether its use is watched for a better size. Default false."""

    standby: bool = False
    """Whether it waits for a failover: everything exists and nothing runs. Default false."""


class WebService(Part):
    """Runs one service of the environment.

    Emits ServiceAccount, ConfigMap, Deployment, Service (and its aliases), PodDisruptionBudget, autoscaler,
    network policy and ServiceMonitor.
    """

    def __init__(self, scope: Component | Part, id_: str, props: WebServiceProps) -> None:
        super().__init__(scope, id_)
        self.name = id_
        self.props, self.service = props, props.pod.service
        self._pod = ServicePod(id_, props.pod)
        self._add_service_account()
        self._add_config()
        self._add_files()
        self._add_preparation()
        self._add_workload()
        self._add_services()
        self._add_disruption_budget()
        self._add_autoscaler()
        if props.recommends_size:
            SizeRecommender(self, "recommender", self.name, self._workload_kind())
        ServicePolicy(self, "policy", id_, props.policy)
        self._add_service_monitor()

    def _add_service_account(self) -> None:
        metadata: Json = {"name": self._pod.account, "labels": selector_labels(self.name)}
        if self.props.pod.identity is not None:
            metadata["annotations"] = dict(self.props.pod.identity.annotations)
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
        name, namespace = f"{self.name}-jobs", self.component.namespace_name
        self.emit(role({"name": name}, RIGHTS))
        self.emit(binding({"name": name}, name, account=self._pod.account, namespace=namespace))

    def _add_config(self) -> None:
        if self.service.config:
            self.emit(
                {
                    "apiVersion": "v1",
                    "kind": "ConfigMap",
                    "metadata": {"name": self._pod.config_name, "labels": selector_labels(self.name)},
                    "data": dict(sorted(self.service.config.items())),
                }
            )

    def _add_files(self) -> None:
        if self.service.files:
            self.emit(
                {
                    "apiVersion": "v1",
                    "kind": "ConfigMap",
                    "metadata": {"name": self._pod.files_name, "labels": selector_labels(self.name)},
                    "data": {name: file.text for name, file in sorted(self.service.files.items())},
                }
            )

    def _add_preparation(self) -> None:
        """Nothing is prepared where nothing runs: a standby's database is the peer's copy."""
        if self.service.prepare and not self.props.standby:
            labels: Json = self._pod.metadata()["labels"]
            Preparation(
                self,
                "preparation",
                self.name,
                self.service,
                labels=labels,
                pod_spec=self._pod.spec(),
                egress=self.props.calls,
            )

    @property
    def _replicas(self) -> int | None:
        """Pods to run; None where an autoscaler decides, and nothing ever took them to zero."""
        if self.props.standby:
            return 0
        return self.props.replicas if self.service.scaling is None or self.props.comes_and_goes else None

    def _add_workload(self) -> None:
        if self.service.is_progressive:
            template = {"metadata": self._pod.metadata(), "spec": self._pod.spec()}
            labels = self._pod.labels
            ProgressiveRollout(
                self,
                "rollout",
                self.name,
                self.service,
                labels=labels,
                template=template,
                replicas=self._replicas,
                release=self.props.release,
            )
        else:
            self._add_deployment()

    def _add_deployment(self) -> None:
        spec: Json = {
            "revisionHistoryLimit": 5,
            "progressDeadlineSeconds": 600,
            "selector": {"matchLabels": selector_labels(self.name)},
            "strategy": self._strategy(),
            "template": {"metadata": self._pod.metadata(), "spec": self._pod.spec()},
        }
        if self._replicas is not None:
            spec = {"replicas": self._replicas, **spec}
        metadata: Json = {"name": self.name, "labels": self._pod.labels}
        if self._comes_after:
            metadata["annotations"] = self._comes_after
        self.emit({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": metadata, "spec": spec})

    def _strategy(self) -> Json:
        if self.service.rollout == "recreate":
            return {"type": "Recreate"}
        return {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 1, "maxUnavailable": 0}}

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
        if self.props.replicas < 2:
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
        if scaling is None or self.props.standby:
            return
        kind = self._workload_kind()
        if scaling.queues or scaling.hours:
            identity = self.props.pod.identity.scaler if self.props.pod.identity is not None else {}
            props = QueueScalerProps(
                scaling=scaling,
                queues=self.props.queues,
                identity=identity,
                least=self.props.promised,
                annotations=self._comes_after,
            )
            QueueScaler(self, "autoscaler", self.name, kind, props)
        else:
            HorizontalAutoscaler(
                self,
                "autoscaler",
                self.name,
                scaling,
                kind=kind,
                least=self.props.promised,
                annotations=self._comes_after,
            )

    @property
    def _comes_after(self) -> Json:
        """When the workload comes; an autoscaler that came before it would find nothing to scale, and hold it up."""
        return dict(AFTER_PREPARATION) if self.service.prepare else {}

    def _workload_kind(self) -> tuple[str, str]:
        return (ROLLOUTS, "Rollout") if self.service.is_progressive else ("apps/v1", "Deployment")

    def _add_service_monitor(self) -> None:
        if self.service.port is None:
            self._add_pod_monitor()
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

    def _add_pod_monitor(self) -> None:
        """A worker has no Service, so its pods are found by their labels."""
        if self.service.metrics_port is None:
            return
        endpoint = {"port": "metrics", "path": self.service.metrics_path, "interval": "30s", "scrapeTimeout": "10s"}
        self.emit(
            {
                "apiVersion": "monitoring.coreos.com/v1",
                "kind": "PodMonitor",
                "metadata": {"name": self.name, "labels": selector_labels(self.name)},
                "spec": {
                    "selector": {"matchLabels": selector_labels(self.name)},
                    "podMetricsEndpoints": [endpoint],
                },
            }
        )
