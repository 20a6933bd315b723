"""Elasticsearch for logs: nodes over zones, each with a volume, each both keeping data and able to lead.

The operator makes certificates, passwords and Services. See
https://www.elastic.co/docs/deploy-manage/deploy/cloud-on-k8s/elasticsearch-configuration .
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from groundplan.images import tag
from groundplan.kubernetes.labels import selector_labels
from groundplan.kubernetes.network_policy import name_resolution, pods, ports
from groundplan.kubernetes.priorities import priority_class
from groundplan.kubernetes.stored import stored_quantity
from groundplan.model.logging import SearchNodes
from groundplan.model.values import quantity
from groundplan.parts import Component, Json, Part
from groundplan.pods import HOST_KEY, ZONE_KEY
from groundplan.security.pod_security import container_security_context
from groundplan.telemetry.names import EXPORTER, NAME, POD_CONTEXT, SEARCH, SEARCH_PODS, SEARCH_PORT, TRANSPORT_PORT

API = "elasticsearch.k8s.elastic.co/v1"

KEEP = {"argocd.argoproj.io/sync-options": "Prune=false,Delete=false"}
"""Removing it from Git, or the whole Application, deletes no log."""

BURST = 4
"""How much more CPU a node may take than it is sure of: it merges and searches in bursts."""

ALIVE: Json = {
    "tcpSocket": {"port": TRANSPORT_PORT},
    "initialDelaySeconds": 120,
    "periodSeconds": 30,
    "timeoutSeconds": 10,
    "failureThreshold": 20,
}
"""Ten minutes in which not even a connection comes about: less could end a node that reads its shards back."""

ZONE_ANNOTATION = {"eck.k8s.elastic.co/downward-node-labels": ZONE_KEY}
"""Has the operator write the zone of its node on each pod."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ElasticsearchProps:
    """Its size, and who may ask it."""

    nodes: SearchNodes
    """What is written of it."""

    system: str
    """Name of the system, whose priority classes its pods have."""

    image: str
    """Image, with the registry it is pulled from."""

    storage_class: str
    """StorageClass of its volumes."""

    zones: int
    """How many zones there are to spread over."""

    askers: Sequence[Json]
    """Peers that ask it."""

    logins: Sequence[str] = ()
    """Secrets of users beside those that the operator makes. Default none."""


class Elasticsearch(Part):
    """Elasticsearch, and who may speak to it."""

    def __init__(self, scope: Component | Part, id_: str, props: ElasticsearchProps) -> None:
        super().__init__(scope, id_)
        self._props = props
        account: Json = {
            "apiVersion": "v1",
            "kind": "ServiceAccount",
            "metadata": {"name": SEARCH, "labels": selector_labels(SEARCH)},
        }
        self.emit({**account, "automountServiceAccountToken": False})
        self._add_cluster()
        self._add_policy()

    def _add_cluster(self) -> None:
        props, nodes = self._props, self._props.nodes
        self.emit(
            {
                "apiVersion": API,
                "kind": "Elasticsearch",
                "metadata": {
                    "name": NAME,
                    "labels": selector_labels(SEARCH),
                    "annotations": {**KEEP, **ZONE_ANNOTATION},
                },
                "spec": {
                    "version": tag(props.image),
                    "image": props.image,
                    "volumeClaimDeletePolicy": "DeleteOnScaledownOnly",
                    "updateStrategy": {"changeBudget": {"maxSurge": 0, "maxUnavailable": 1}},
                    "podDisruptionBudget": {
                        "spec": {"minAvailable": nodes.nodes - 1, "selector": {"matchLabels": SEARCH_PODS}}
                    },
                    "auth": {"fileRealm": [{"secretName": name} for name in props.logins]},
                    "nodeSets": [
                        {
                            "name": "all",
                            "count": nodes.nodes,
                            "config": {
                                "cluster.routing.allocation.awareness.attributes": "k8s_node_name,zone",
                                "node.attr.zone": "${ZONE}",
                                "node.store.allow_mmap": False,  # the kernel's limit is the node's, which no pod may raise
                            },
                            "podTemplate": {"metadata": {"labels": selector_labels(SEARCH)}, "spec": self._pod_spec()},
                            "volumeClaimTemplates": [self._claim()],
                        }
                    ],
                },
            }
        )

    def _pod_spec(self) -> Json:
        zone = {"fieldRef": {"fieldPath": f"metadata.annotations['{ZONE_KEY}']"}}
        nodes = self._props.nodes
        amounts = {"memory": nodes.memory}
        return {
            "serviceAccountName": SEARCH,
            "automountServiceAccountToken": False,
            "enableServiceLinks": False,
            "priorityClassName": priority_class(self._props.system, "high"),
            "securityContext": POD_CONTEXT,
            "affinity": {
                "podAntiAffinity": {
                    "requiredDuringSchedulingIgnoredDuringExecution": [
                        {"topologyKey": HOST_KEY, "labelSelector": {"matchLabels": SEARCH_PODS}}
                    ]
                }
            },
            "topologySpreadConstraints": [
                {
                    "maxSkew": 1,
                    "topologyKey": ZONE_KEY,
                    # a volume stands in one zone for good, so that a node never moves to another
                    "whenUnsatisfiable": "DoNotSchedule" if self._props.zones > 1 else "ScheduleAnyway",
                    "labelSelector": {"matchLabels": SEARCH_PODS},
                }
            ],
            "containers": [
                {
                    "name": "elasticsearch",
                    "env": [{"name": "ZONE", "valueFrom": zone}],
                    "resources": {
                        "requests": {"cpu": nodes.cpu, **amounts},
                        "limits": {"cpu": stored_quantity(str(quantity(nodes.cpu) * BURST)), **amounts},
                    },
                    "livenessProbe": ALIVE,
                    "securityContext": container_security_context(),
                }
            ],
        }

    def _claim(self) -> Json:
        return {
            "metadata": {"name": "elasticsearch-data"},
            "spec": {
                "accessModes": ["ReadWriteOnce"],
                "storageClassName": self._props.storage_class,
                "resources": {"requests": {"storage": self._props.nodes.storage}},
            },
        }

    def _add_policy(self) -> None:
        own = pods(SEARCH_PODS)
        self.emit(
            {
                "apiVersion": "networking.k8s.io/v1",
                "kind": "NetworkPolicy",
                "metadata": {"name": SEARCH, "labels": selector_labels(SEARCH)},
                "spec": {
                    "podSelector": {"matchLabels": SEARCH_PODS},
                    "policyTypes": ["Ingress", "Egress"],
                    "ingress": [
                        {"from": [own], "ports": ports(TRANSPORT_PORT)},
                        {
                            "from": [*self._props.askers, pods(selector_labels(EXPORTER))],
                            "ports": ports(SEARCH_PORT),
                        },
                    ],
                    "egress": [name_resolution(), {"to": [own], "ports": ports(TRANSPORT_PORT)}],
                },
            }
        )
