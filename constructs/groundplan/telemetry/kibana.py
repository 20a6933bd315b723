"""Kibana: people search logs by it, and look at dashboards of them.

It keeps nothing by itself. See https://www.elastic.co/docs/deploy-manage/deploy/cloud-on-k8s/kibana-configuration .
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from groundplan.images import tag
from groundplan.kubernetes.labels import selector_labels
from groundplan.kubernetes.network_policy import name_resolution, pods, ports
from groundplan.kubernetes.priorities import priority_class
from groundplan.kubernetes.stored import stored_quantity
from groundplan.model.logging import LogViewer
from groundplan.model.values import quantity
from groundplan.parts import Component, Json, Part
from groundplan.pods import spread
from groundplan.security.pod_security import container_security_context
from groundplan.telemetry.names import (
    NAME,
    POD_CONTEXT,
    SEARCH_PODS,
    SEARCH_PORT,
    VIEWER,
    VIEWER_PODS,
    VIEWER_PORT,
)

API = "kibana.k8s.elastic.co/v1"
BURST = 5
"""How much more CPU it may take than it is sure of: it compiles while it starts."""

ALIVE: Json = {
    "tcpSocket": {"port": VIEWER_PORT},
    "initialDelaySeconds": 120,
    "periodSeconds": 15,
    "timeoutSeconds": 5,
    "failureThreshold": 8,
}
"""It listens while Elasticsearch is gone; nothing is won by a restart then."""

AFTER_ELASTICSEARCH = {"argocd.argoproj.io/sync-wave": "1"}
"""It is made when there is something to ask."""


@dataclass(frozen=True, kw_only=True, slots=True)
class KibanaProps:
    """Its size, and who may ask it."""

    viewer: LogViewer
    """What is written of it."""

    system: str
    """Name of the system, whose priority classes its pods have."""

    image: str
    """Image, with the registry it is pulled from."""

    askers: Sequence[Json]
    """Peers that ask it. People come by port-forwarding, which no policy sees."""


class Kibana(Part):
    """Kibana, who may speak to it, and how many a drain must leave."""

    def __init__(self, scope: Component | Part, id_: str, props: KibanaProps) -> None:
        super().__init__(scope, id_)
        self._props = props
        account: Json = {
            "apiVersion": "v1",
            "kind": "ServiceAccount",
            "metadata": {"name": VIEWER, "labels": selector_labels(VIEWER)},
        }
        self.emit({**account, "automountServiceAccountToken": False})
        self._add_kibana()
        self._add_policy()
        if props.viewer.replicas > 1:
            self._add_budget()

    def _add_kibana(self) -> None:
        props, viewer = self._props, self._props.viewer
        memory = {"memory": viewer.memory}
        self.emit(
            {
                "apiVersion": API,
                "kind": "Kibana",
                "metadata": {
                    "name": NAME,
                    "labels": selector_labels(VIEWER),
                    "annotations": AFTER_ELASTICSEARCH,
                },
                "spec": {
                    "version": tag(props.image),
                    "image": props.image,
                    "count": viewer.replicas,
                    "elasticsearchRef": {"name": NAME},
                    "config": {"telemetry.optIn": False, "telemetry.allowChangingOptInStatus": False},
                    "podTemplate": {
                        "metadata": {"labels": selector_labels(VIEWER)},
                        "spec": {
                            "serviceAccountName": VIEWER,
                            "automountServiceAccountToken": False,
                            "enableServiceLinks": False,
                            "priorityClassName": priority_class(props.system, "normal"),
                            "securityContext": POD_CONTEXT,
                            "topologySpreadConstraints": spread(VIEWER_PODS),
                            "containers": [
                                {
                                    "name": "kibana",
                                    "resources": {
                                        "requests": {"cpu": viewer.cpu, **memory},
                                        "limits": {
                                            "cpu": stored_quantity(str(quantity(viewer.cpu) * BURST)),
                                            **memory,
                                        },
                                    },
                                    "livenessProbe": ALIVE,
                                    "securityContext": container_security_context(),
                                }
                            ],
                        },
                    },
                },
            }
        )

    def _add_policy(self) -> None:
        self.emit(
            {
                "apiVersion": "networking.k8s.io/v1",
                "kind": "NetworkPolicy",
                "metadata": {"name": VIEWER, "labels": selector_labels(VIEWER)},
                "spec": {
                    "podSelector": {"matchLabels": VIEWER_PODS},
                    "policyTypes": ["Ingress", "Egress"],
                    "ingress": [{"from": list(self._props.askers), "ports": ports(VIEWER_PORT)}],
                    "egress": [name_resolution(), {"to": [pods(SEARCH_PODS)], "ports": ports(SEARCH_PORT)}],
                },
            }
        )

    def _add_budget(self) -> None:
        self.emit(
            {
                "apiVersion": "policy/v1",
                "kind": "PodDisruptionBudget",
                "metadata": {"name": VIEWER, "labels": selector_labels(VIEWER)},
                "spec": {"maxUnavailable": 1, "selector": {"matchLabels": VIEWER_PODS}},
            }
        )
