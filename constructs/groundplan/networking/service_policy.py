"""The network policy of one service, derived from everybody's `calls:`.

See https://kubernetes.io/docs/concepts/services-networking/network-policies/ .
"""

from __future__ import annotations

from collections.abc import Iterable

from groundplan.kubernetes.labels import selector_labels
from groundplan.model.data import Postgres, Redis
from groundplan.model.environment import Environment
from groundplan.model.rollouts import NAMESPACE as ROLLOUTS_NAMESPACE
from groundplan.model.services import Service
from groundplan.parts import Component, Json, Part
from groundplan.platforms.azure.chapter import AzurePostgres, AzureRedis
from groundplan.platforms.platform import METADATA_SERVICE, PRIVATE
from groundplan.platforms.registry import platform_of
from groundplan.rules.consistency import is_external_host, split_host

PRIVATE_BLOCKS = (*PRIVATE, METADATA_SERVICE)
"""What is never reached through a rule for the Internet."""

PGBOUNCER_PORT = 6432
"""Port of the connection pooler built into a Flexible Server."""

AZURE_REDIS_TLS_PORT = 6380
"""TLS port of an Azure Cache for Redis; the plain port is closed."""

AZURE_REDIS_SHARD_PORTS = (15000, 15019)
"""TLS ports of the shards: at most ten, with a replica each."""

SERVICE_BUS_PORTS = (5671, 443)
"""AMQP over TLS, and AMQP over web sockets."""

MESH_GATEWAY_NAMESPACE = "istio-ingress"
"""Where the gateway runs that shares requests between two versions of a service."""

NAMESPACE_LABEL = "kubernetes.io/metadata.name"


def database_pods(name: str) -> dict[str, str]:
    """Labels CloudNativePG puts on the instances of the cluster `name`."""
    return {"cnpg.io/cluster": name}


class ServicePolicy(Part):
    """Lets a service be reached by its callers and by what watches it, and reach what it calls. Nothing else."""

    def __init__(self, scope: Component | Part, id_: str, name: str, service: Service) -> None:
        super().__init__(scope, id_)
        self.name = name
        self.service = service
        self.emit(
            {
                "apiVersion": "networking.k8s.io/v1",
                "kind": "NetworkPolicy",
                "metadata": {"name": name, "labels": selector_labels(name)},
                "spec": {
                    "podSelector": {"matchLabels": selector_labels(name)},
                    "policyTypes": ["Ingress", "Egress"],
                    "ingress": self._ingress(),
                    "egress": self._egress(),
                },
            }
        )

    def _ingress(self) -> list[Json]:
        if self.service.port is None:
            return []
        ports = [{"protocol": "TCP", "port": self.service.port}]
        callers = self.environment.callers.get(self.name, ())
        rules: list[Json] = [
            {"from": [{"podSelector": {"matchLabels": selector_labels(caller)}}], "ports": ports} for caller in callers
        ]
        rules.append({"from": [self._monitoring()], "ports": ports})
        if self.service.rollout == "blue-green":
            rules.append({"from": [_namespace(ROLLOUTS_NAMESPACE)], "ports": ports})
        rules += [{"from": [source], "ports": ports} for source in self._entrances()]
        return rules

    def _monitoring(self) -> Json:
        return {
            "namespaceSelector": {"matchLabels": {NAMESPACE_LABEL: self.environment.observability.namespace}},
            "podSelector": {"matchLabels": {"app.kubernetes.io/name": "prometheus"}},
        }

    def _entrances(self) -> list[Json]:
        """Where the ingress controller's packets come from: load balancers outside the cluster stand in public subnets."""
        ingress = self.environment.ingress
        if ingress is None or not self.environment.is_exposed(self.name):
            return []
        if ingress.type == "nginx":
            return [_namespace("ingress-nginx")]
        if self.service.is_progressive:
            return [_namespace(MESH_GATEWAY_NAMESPACE)]
        controller = platform_of(self.environment).ingress_controllers.get(ingress.type)
        if controller is None:
            return []
        try:
            return [{"ipBlock": {"cidr": block}} for block in controller.blocks(self.environment)]
        except LookupError as error:
            raise self.fail(*error.args) from None

    def _egress(self) -> list[Json]:
        rules = egress(self.environment, self.service.calls)
        if self.service.kubernetes_access or self.environment.jobs_of(self.name):
            rules.append(kubernetes_api(self.environment))
        return rules


def egress(environment: Environment, calls: Iterable[str]) -> list[Json]:
    """Name resolution, and each callee on its port; one rule where several have the same."""
    rules = [name_resolution()]
    for callee in calls:
        if is_external_host(callee):
            _, port = split_host(callee)
            rule = internet(port)
        else:
            rule = _internal(environment, callee)
        if rule not in rules:
            rules.append(rule)
    return rules


def _internal(environment: Environment, callee: str) -> Json:
    outside = outside_store(environment, callee)
    if outside is not None:
        return outside
    store = environment.data.get(callee)
    if isinstance(store, Postgres):
        return {
            "to": [{"podSelector": {"matchLabels": database_pods(callee)}}],
            "ports": [{"protocol": "TCP", "port": store.port}],
        }
    port = store.port if isinstance(store, Redis) else environment.services[callee].port
    return {
        "to": [{"podSelector": {"matchLabels": selector_labels(callee)}}],
        "ports": [{"protocol": "TCP", "port": port}],
    }


def kubernetes_api(environment: Environment) -> Json:
    """Egress to the API server, wherever the platform puts it."""
    return {"to": platform_of(environment).api_server_blocks, "ports": [{"protocol": "TCP", "port": 443}]}


def _namespace(name: str) -> Json:
    return {"namespaceSelector": {"matchLabels": {NAMESPACE_LABEL: name}}}


def outside_store(environment: Environment, name: str) -> Json | None:
    """Egress to a store or broker that the cloud runs in a subnet of ours; None for one in the cluster."""
    network = environment.platform.azure.network if environment.platform.azure is not None else None
    store = environment.data.get(name)
    broker = environment.messaging.get(name)
    if network is None:
        return None
    if isinstance(store, Postgres) and store.engine == "azure-flexible-server":
        server = store.azure or AzurePostgres()
        ports: list[Json] = [{"protocol": "TCP", "port": store.port}]
        if server.pooler:
            ports.append({"protocol": "TCP", "port": PGBOUNCER_PORT})
        return {"to": [{"ipBlock": {"cidr": network.subnets[server.subnet].cidr}}], "ports": ports}
    if isinstance(store, Redis) and store.engine == "azure-cache":
        cache = store.azure or AzureRedis()
        ports = [{"protocol": "TCP", "port": AZURE_REDIS_TLS_PORT}]
        if cache.shards:
            ports.append({"protocol": "TCP", "port": AZURE_REDIS_SHARD_PORTS[0], "endPort": AZURE_REDIS_SHARD_PORTS[1]})
        return {"to": [{"ipBlock": {"cidr": network.subnets[cache.subnet].cidr}}], "ports": ports}
    if broker is not None:
        ports = [{"protocol": "TCP", "port": port} for port in SERVICE_BUS_PORTS]
        return {"to": [{"ipBlock": {"cidr": network.subnets[broker.subnet].cidr}}], "ports": ports}
    return None


def name_resolution() -> Json:
    """Egress to the cluster's DNS."""
    return {
        "to": [
            {
                "namespaceSelector": {"matchLabels": {NAMESPACE_LABEL: "kube-system"}},
                "podSelector": {"matchLabels": {"k8s-app": "kube-dns"}},
            }
        ],
        "ports": [{"protocol": "UDP", "port": 53}, {"protocol": "TCP", "port": 53}],
    }


def internet(port: int) -> Json:
    """Egress to public addresses on one port. Kubernetes policies know no host names; the host is in `calls:`."""
    return {
        "to": [{"ipBlock": {"cidr": "0.0.0.0/0", "except": list(PRIVATE_BLOCKS)}}],
        "ports": [{"protocol": "TCP", "port": port}],
    }
