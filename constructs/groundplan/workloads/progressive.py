"""Canary and blue-green releases: a Rollout, the measurements that decide, and the routes that carry the weights.

See https://argo-rollouts.readthedocs.io/en/stable/concepts/ . Weights are carried by the ingress gateway of the mesh,
which every request from outside passes; calls between services go to the stable version.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from groundplan.kubernetes.labels import selector_labels
from groundplan.kubernetes.namespaces import ISTIO_INGRESS
from groundplan.kubernetes.objects import Json
from groundplan.model.rollouts import BlueGreen, Canary
from groundplan.model.services import Service
from groundplan.model.values import go_duration, whole_seconds
from groundplan.parts import Component, Part
from groundplan.workloads.measurements import Measured, error_rate, latency, requests

ROLLOUTS = "argoproj.io/v1alpha1"
ISTIO = "networking.istio.io/v1"
GATEWAY = f"{ISTIO_INGRESS}/ingress"
"""The gateway every route is bound to."""

ROUTE = "primary"
"""Name of the route whose weights the rollout sets."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ReleaseProps:
    """How an environment lets a new version of a service in."""

    canary: Canary = field(default_factory=Canary)
    """Shares of requests, and what stops it. Default the chapter's own."""

    blue_green: BlueGreen = field(default_factory=BlueGreen)
    """How long a new version is watched, and what stops it. Default the chapter's own."""

    asks: bool = True
    """Whether a person promotes what is watched beside the old version, and decides where too few requests came for a
    measurement. Default true: a change to production is approved; before it a pipeline waits for the new version, and nobody
    else would let it in."""

    routes: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """Public host to the paths that lead to the service, longest first. Default none: requests come from inside alone."""

    prometheus: str
    """Address of the server that measures."""

    annotations: Mapping[str, str] = field(default_factory=dict)
    """Who is told of it. Default nobody."""


class ProgressiveRollout(Part):
    """Replaces the Deployment of a service with a Rollout and everything it needs.

    Args:
        scope: the service's construct.
        id_: construct id.
        name: name of the service.
        service: the service.
        labels: labels of the Rollout.
        template: pod template.
        replicas: pods to run; none where an autoscaler decides.
        release: how a new version comes in.
    """

    def __init__(
        self,
        scope: Component | Part,
        id_: str,
        name: str,
        service: Service,
        *,
        labels: Json,
        template: Json,
        replicas: int | None,
        release: ReleaseProps,
    ) -> None:
        super().__init__(scope, id_)
        self._name = name
        self._service = service
        self._replicas, self._release = replicas, release
        if service.port is None:
            raise self.fail(f"releases `{name}` by {service.rollout}, but it serves no port", "write rollout: rolling")
        self._port: int = service.port
        if service.rollout == "canary":
            self._add_canary(labels, template)
        else:
            self._add_blue_green(labels, template)

    @property
    def _second(self) -> str:
        """Service that leads to the new version alone."""
        return f"{self._name}-{'canary' if self._service.rollout == 'canary' else 'preview'}"

    def _add_rollout(self, labels: Json, template: Json, strategy: Json) -> None:
        spec: Json = {
            "revisionHistoryLimit": 5,
            "progressDeadlineSeconds": 600,
            "progressDeadlineAbort": True,
            "selector": {"matchLabels": selector_labels(self._name)},
            "strategy": strategy,
            "template": template,
        }
        if self._replicas is not None:
            spec = {"replicas": self._replicas, **spec}
        metadata: Json = {"name": self._name, "labels": labels}
        if self._release.annotations:
            metadata["annotations"] = dict(self._release.annotations)
        self.emit({"apiVersion": ROLLOUTS, "kind": "Rollout", "metadata": metadata, "spec": spec})
        self._add_second_service()

    def _add_second_service(self) -> None:
        self.emit(
            {
                "apiVersion": "v1",
                "kind": "Service",
                "metadata": {"name": self._second},
                "spec": {
                    "type": "ClusterIP",
                    "selector": selector_labels(self._name),
                    "ports": [{"name": "http", "port": self._port, "targetPort": self._port, "protocol": "TCP"}],
                },
            }
        )

    def _add_canary(self, labels: Json, template: Json) -> None:
        canary = self._release.canary
        strategy: Json = {
            "stableService": self._name,
            "canaryService": self._second,
            "maxSurge": 1,
            "maxUnavailable": 0,
            "analysis": {"templates": [{"templateName": f"{self._name}-errors"}], "startingStep": 1},
            "steps": [
                {"setWeight": canary.weight},
                {"pause": {"duration": go_duration(canary.observe)}},
                *({"setWeight": weight} for weight in canary.then),
            ],
        }
        if self._release.routes:
            routing = {"name": self._name, "routes": [ROUTE]}
            strategy["trafficRouting"] = {"istio": {"virtualService": routing}}
            stable, new = self._destination(self._name), self._destination(self._second)
            self._add_routes([{"destination": stable, "weight": 100}, {"destination": new, "weight": 0}])
        self._add_rollout(labels, template, {"canary": strategy})
        self._add_canary_analysis(canary)

    def _add_routes(self, route: list[Json]) -> None:
        hosts = self._release.routes
        paths = sorted({path for paths in hosts.values() for path in paths}, key=len, reverse=True)
        self.emit(
            {
                "apiVersion": ISTIO,
                "kind": "VirtualService",
                "metadata": {"name": self._name},
                "spec": {
                    "hosts": sorted(hosts),
                    "gateways": [GATEWAY],
                    "http": [
                        {
                            "name": ROUTE,
                            "match": [{"uri": {"prefix": path}} for path in paths],
                            "route": route,
                        }
                    ],
                },
            }
        )

    def _destination(self, service: str) -> Json:
        return {
            "host": f"{service}.{self.component.namespace_name}.svc.cluster.local",
            "port": {"number": self._port},
        }

    def _add_canary_analysis(self, canary: Canary) -> None:
        measured, observed = self._measured(self._second), whole_seconds(canary.observe)
        metric = error_rate(measured, canary.max_error_rate)
        # one measurement a minute for as long as the first share is watched
        metrics = [{**metric, "count": max(1, observed // 60)}, *self._enough(measured, canary.min_requests, observed)]
        self._add_analysis("errors", metrics)

    def _add_blue_green(self, labels: Json, template: Json) -> None:
        blue_green = self._release.blue_green
        strategy: Json = {
            "activeService": self._name,
            "previewService": self._second,
            "autoPromotionEnabled": not self._release.asks,
            "scaleDownDelaySeconds": whole_seconds(blue_green.observe) + 300,
            "prePromotionAnalysis": {"templates": [{"templateName": f"{self._name}-health"}]},
            "postPromotionAnalysis": {"templates": [{"templateName": f"{self._name}-watch"}]},
        }
        if self._release.routes:
            self._add_routes([{"destination": self._destination(self._name)}])
        self._add_rollout(labels, template, {"blueGreen": strategy})
        self._add_health_analysis()
        self._add_watch_analysis(blue_green)

    def _add_health_analysis(self) -> None:
        """Asks the preview three times; the switch waits for three answers."""
        path = self._service.probes.ready.path
        if path is None:
            raise self.fail("asks a new version for its health by HTTP", "write probes.ready.path")
        url = f"http://{self._second}.{self.component.namespace_name}.svc:{self._port}{path}"
        self._add_analysis(
            "health",
            [
                {
                    "name": "health",
                    "interval": "20s",
                    "count": 3,
                    "failureLimit": 0,
                    "provider": {"web": {"url": url, "timeoutSeconds": 5, "jsonPath": "{$}"}},
                    "successCondition": "true",
                }
            ],
        )

    def _add_watch_analysis(self, blue_green: BlueGreen) -> None:
        observed = whole_seconds(blue_green.observe)
        count = max(1, observed // 60)
        measured = self._measured(self._name)
        metrics = [error_rate(measured, blue_green.max_error_rate), latency(measured, blue_green.max_latency)]
        enough = self._enough(measured, blue_green.min_requests, observed)
        self._add_analysis("watch", [*({**metric, "count": count} for metric in metrics), *enough])

    def _enough(self, measured: Measured, least: int, observed: int) -> list[Json]:
        """How many requests were seen, where somebody is there to decide when they were too few."""
        return [requests(measured, least, observed)] if self._release.asks else []

    def _measured(self, service: str) -> Measured:
        namespace = self.component.namespace_name
        return Measured(service=service, namespace=namespace, prometheus=self._release.prometheus)

    def _add_analysis(self, suffix: str, metrics: list[Json]) -> None:
        self.emit(
            {
                "apiVersion": ROLLOUTS,
                "kind": "AnalysisTemplate",
                "metadata": {"name": f"{self._name}-{suffix}"},
                "spec": {"metrics": metrics},
            }
        )
