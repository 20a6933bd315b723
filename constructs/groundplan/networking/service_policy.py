"""The network policy of one service, derived from everybody's `calls:`.

See https://kubernetes.io/docs/concepts/services-networking/network-policies/ .
"""

from __future__ import annotations

from collections.abc import Iterable

from groundplan.facts.callers import calling_pods
from groundplan.kubernetes.labels import selector_labels
from groundplan.kubernetes.network_policy import blocks, everything_in, internet, name_resolution, pods, ports
from groundplan.model.environment import Environment
from groundplan.model.rollouts import NAMESPACE as ROLLOUTS_NAMESPACE
from groundplan.model.services import Service
from groundplan.parts import Component, Json, Part
from groundplan.platforms.registry import platform_of
from groundplan.rules.consistency import is_external_host, split_host
from groundplan.stores.registry import store_of

MESH_GATEWAY_NAMESPACE = "istio-ingress"
"""Where the gateway runs that shares requests between two versions of a service."""


class ServicePolicy(Part):
    """Lets a service be reached by its callers and by what watches it, and reach what it calls. Nothing else."""

    def __init__(self, scope: Component | Part, id_: str, name: str, service: Service) -> None:
        super().__init__(scope, id_)
        self.name = name
        self.service = service
        ingress = self._ingress()
        self.emit(
            {
                "apiVersion": "networking.k8s.io/v1",
                "kind": "NetworkPolicy",
                "metadata": {"name": name, "labels": selector_labels(name)},
                "spec": {
                    "podSelector": {"matchLabels": selector_labels(name)},
                    "policyTypes": ["Ingress", "Egress"],
                    **({"ingress": ingress} if ingress else {}),  # none are stored as nothing
                    "egress": self._egress(),
                },
            }
        )

    def _ingress(self) -> list[Json]:
        if self.service.port is None:
            return []
        callers = sorted(calling_pods(self.environment, self.name))
        sources = [pods(selector_labels(caller)) for caller in callers]
        if self.environment.parts.monitoring:
            sources.append(pods({"app.kubernetes.io/name": "prometheus"}, self.environment.observability.namespace))
        if self.service.rollout == "blue-green":
            sources.append(everything_in(ROLLOUTS_NAMESPACE))
        sources += self._entrances()
        return [{"from": [source], "ports": ports(self.service.port)} for source in sources]

    def _entrances(self) -> list[Json]:
        """Where the ingress controller's packets come from: load balancers outside the cluster stand in public subnets."""
        ingress = self.environment.ingress
        if ingress is None or not self.environment.is_exposed(self.name):
            return []
        if ingress.type == "nginx":
            return [everything_in("ingress-nginx")]
        if self.service.is_progressive:
            return [everything_in(MESH_GATEWAY_NAMESPACE)]
        controller = platform_of(self.environment).ingress_controllers.get(ingress.type)
        if controller is None:
            return []
        try:
            return blocks(controller.blocks(self.environment))
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
        rule = _towards(environment, callee)
        if rule is not None and rule not in rules:
            rules.append(rule)
    return rules


def _towards(environment: Environment, callee: str) -> Json | None:
    if is_external_host(callee):
        return internet(split_host(callee)[1])
    store = store_of(environment, callee)
    if store is not None:
        return store.egress()
    port = environment.services[callee].port
    return {"to": [pods(selector_labels(callee))], "ports": ports(port)} if port is not None else None


def kubernetes_api(environment: Environment) -> Json:
    """Egress to the API server, wherever the platform puts it."""
    return {"to": platform_of(environment).api_server_blocks, "ports": ports(443)}
