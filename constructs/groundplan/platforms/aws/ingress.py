"""The way in from outside by a load balancer of AWS: one Ingress for each public host.

See https://kubernetes.io/docs/concepts/services-networking/ingress/ .
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from groundplan.facts.cloud_names import certificate_name, load_balancer_group
from groundplan.model.environment import Environment
from groundplan.model.expose import Exposed, Route
from groundplan.model.ingress import Ingress
from groundplan.parts import Component, Json, Part
from groundplan.platforms.aws.dns_records import dns_records

ALB = "alb.ingress.kubernetes.io"

HTTPS_ONLY = json.dumps([{"HTTPS": 443}], separators=(",", ":"))
"""Listeners of the load balancer: none for plain HTTP, so that no credential ever travels in the clear."""


class PublicHosts(Part):
    """Every public host of an environment behind one load balancer."""

    def __init__(self, scope: Component | Part, id_: str, ingress: Ingress) -> None:
        super().__init__(scope, id_)
        self._ingress = ingress
        for name, exposed in self.environment.public_hosts.items():
            self._add_host(name, exposed)

    def _add_host(self, name: str, exposed: Exposed) -> None:
        annotations = self._alb(exposed) | dns_records(self.environment, name) | self._ingress.annotations
        self.emit(
            {
                "apiVersion": "networking.k8s.io/v1",
                "kind": "Ingress",
                "metadata": {"name": certificate_name(name), "annotations": annotations},
                "spec": {
                    "ingressClassName": "alb",
                    "tls": [{"hosts": [name]}],  # the controller finds the certificate by the name
                    "rules": [
                        {"host": name, "http": {"paths": [self._rule(*route) for route in exposed.longest_first]}}
                    ],
                },
            }
        )

    def _rule(self, prefix: str, route: Route) -> Json:
        port = self.environment.services[route.service].port
        return {
            "path": prefix,
            "pathType": "Prefix",
            "backend": {"service": {"name": route.service, "port": {"number": port}}},
        }

    def _alb(self, exposed: Exposed) -> dict[str, str]:
        """One load balancer for all hosts. Its security group is the network's, so the controller opens nothing itself."""
        environment = self.environment
        balancer = {
            "idle_timeout.timeout_seconds": str(self._ingress.idle_timeout),
            "routing.http.drop_invalid_header_fields.enabled": "true",
        }
        return {
            f"{ALB}/group.name": f"{environment.system}-{environment.environment}",
            f"{ALB}/scheme": "internet-facing",
            f"{ALB}/target-type": "ip",
            f"{ALB}/listen-ports": HTTPS_ONLY,
            f"{ALB}/ssl-policy": self._ingress.tls_policy,
            f"{ALB}/backend-protocol": "HTTP",
            f"{ALB}/healthcheck-path": exposed.health,
            f"{ALB}/healthcheck-interval-seconds": "15",
            f"{ALB}/healthcheck-timeout-seconds": "5",
            f"{ALB}/success-codes": "200",
            f"{ALB}/load-balancer-attributes": _pairs(balancer),
            f"{ALB}/target-group-attributes": "deregistration_delay.timeout_seconds=30",
            f"{ALB}/security-groups": load_balancer_group(environment.host_environment),
            f"{ALB}/tags": _pairs(_tags(environment)),
        }


def _pairs(values: Mapping[str, str]) -> str:
    return ",".join(f"{key}={value}" for key, value in values.items())


def _tags(environment: Environment) -> dict[str, str]:
    own = environment.platform.aws.tags if environment.platform.aws is not None else {}
    return {
        "system": environment.system,
        "environment": environment.environment,
        "owner": environment.owner.team,
        **dict(sorted(own.items())),
    }
