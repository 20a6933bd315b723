"""Public hosts behind an Application Gateway, which AKS' own controller tells of pods or of the mesh's gateway.

See https://azure.github.io/application-gateway-kubernetes-ingress/annotations/ .
"""

from __future__ import annotations

from groundplan.kubernetes.namespaces import ISTIO_INGRESS
from groundplan.model.environment import Environment
from groundplan.networking.mesh_gateway import READY_PATH, SERVICE, STATUS_PORT
from groundplan.parts import Component, Json, Part
from groundplan.platforms.azure.facts import edge_of


def add_public_hosts(environment: Environment, component: Component) -> None:
    """Rules of the gateway for every public host; through the mesh where the component stands in its namespace."""
    assert environment.ingress is not None  # the component exists only then
    edge = edge_of(environment)
    certificate = edge.gateway.certificate if edge is not None and edge.gateway is not None else ""
    through_mesh = component.namespace_name == ISTIO_INGRESS
    for host, exposed in environment.public_hosts.items():
        backends = {
            path: (SERVICE, 80) if through_mesh else (route.service, environment.services[route.service].port or 80)
            for path, route in exposed.routes.items()
        }
        ApplicationGatewayIngress(
            component,
            host.replace(".", "-"),
            host=host,
            backends=backends,
            health=READY_PATH if through_mesh else exposed.health,
            health_port=STATUS_PORT if through_mesh else None,
            certificate=certificate,
            namespace=component.namespace_name,
        )


class ApplicationGatewayIngress(Part):
    """Rules of Azure's Application Gateway for one host; its controller keeps pools of pod addresses.

    Args:
        scope: scope.
        id_: construct id and name of the Ingress.
        host: public host name.
        backends: path to Service and port.
        health: path the gateway probes.
        health_port: port it probes where that is not the backend's own. Default the backend's.
        certificate: certificate of the gateway that it serves.
        namespace: namespace of the Services.
    """

    def __init__(
        self,
        scope: Component | Part,
        id_: str,
        *,
        host: str,
        backends: dict[str, tuple[str, int]],
        health: str,
        health_port: int | None = None,
        certificate: str,
        namespace: str,
    ) -> None:
        super().__init__(scope, id_)
        paths: list[Json] = [
            {"path": path, "pathType": "Prefix", "backend": {"service": {"name": name, "port": {"number": port}}}}
            for path, (name, port) in sorted(backends.items(), key=lambda item: (-len(item[0]), item[0]))
        ]
        prefix = "appgw.ingress.kubernetes.io"
        self.emit(
            {
                "apiVersion": "networking.k8s.io/v1",
                "kind": "Ingress",
                "metadata": {
                    "name": id_,
                    "namespace": namespace,
                    "annotations": {
                        f"{prefix}/appgw-ssl-certificate": certificate,
                        f"{prefix}/ssl-redirect": "true",
                        f"{prefix}/backend-protocol": "http",
                        f"{prefix}/health-probe-path": health,
                        **({f"{prefix}/health-probe-port": str(health_port)} if health_port is not None else {}),
                        f"{prefix}/health-probe-unhealthy-threshold": "3",
                        f"{prefix}/connection-draining": "true",
                        f"{prefix}/connection-draining-timeout": "30",
                        f"{prefix}/request-timeout": "60",
                    },
                },
                "spec": {
                    "ingressClassName": "azure-application-gateway",
                    "rules": [{"host": host, "http": {"paths": paths}}],
                },
            }
        )
