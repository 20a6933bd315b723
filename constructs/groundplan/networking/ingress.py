"""The way in from outside: one Ingress for each public host, for the controller the environment chose.

See https://kubernetes.io/docs/concepts/services-networking/ingress/ .
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from groundplan.environment.cloud_names import certificate_name, load_balancer_group
from groundplan.environment.ingress import Host, Ingress
from groundplan.environment.model import Environment
from groundplan.parts import Component, Json, Part

ALB = "alb.ingress.kubernetes.io"
NGINX = "nginx.ingress.kubernetes.io"
DNS = "external-dns.alpha.kubernetes.io"
ACME_PORT = 8089
"""Port on which cert-manager answers the certificate authority's question."""

HTTPS_ONLY = json.dumps([{"HTTPS": 443}], separators=(",", ":"))
"""Listeners of the load balancer: none for plain HTTP, so that no credential ever travels in the clear."""


class PublicHosts(Part):
    """Every public host of an environment, for the load balancer of AWS or for ingress-nginx."""

    def __init__(self, scope: Component | Part, id_: str, ingress: Ingress) -> None:
        super().__init__(scope, id_)
        self._ingress = ingress
        if ingress.type == "nginx" and ingress.acme_email:
            self._add_issuer()
            self._add_solver_policy()
        for name, host in ingress.hosts.items():
            self._add_host(name, host)

    def _add_host(self, name: str, host: Host) -> None:
        annotations = self._alb(host) if self._ingress.type == "alb" else self._nginx()
        annotations |= self._records(name)
        annotations |= self._ingress.annotations
        self.emit(
            {
                "apiVersion": "networking.k8s.io/v1",
                "kind": "Ingress",
                "metadata": {"name": certificate_name(name), "annotations": annotations},
                "spec": {
                    "ingressClassName": self._ingress.type,
                    "tls": [self._tls(name)],
                    "rules": [{"host": name, "http": {"paths": [self._rule(route) for route in _longest_first(host)]}}],
                },
            }
        )

    def _rule(self, route: tuple[str, str]) -> Json:
        prefix, service = route
        port = self.environment.services[service].port
        return {
            "path": prefix,
            "pathType": "Prefix",
            "backend": {"service": {"name": service, "port": {"number": port}}},
        }

    def _tls(self, name: str) -> Json:
        """The load balancer of AWS finds its certificate by the host's name; others read it from a Secret."""
        if self._ingress.type == "alb":
            return {"hosts": [name]}
        return {"hosts": [name], "secretName": self._ingress.certificate or f"{certificate_name(name)}-tls"}

    def _alb(self, host: Host) -> dict[str, str]:
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
            f"{ALB}/healthcheck-path": host.health,
            f"{ALB}/healthcheck-interval-seconds": "15",
            f"{ALB}/healthcheck-timeout-seconds": "5",
            f"{ALB}/success-codes": "200",
            f"{ALB}/load-balancer-attributes": _pairs(balancer),
            f"{ALB}/target-group-attributes": "deregistration_delay.timeout_seconds=30",
            f"{ALB}/security-groups": load_balancer_group(environment.host_environment),
            f"{ALB}/tags": _pairs(_tags(environment)),
        }

    def _nginx(self) -> dict[str, str]:
        timeout = str(self._ingress.idle_timeout)
        annotations = {
            f"{NGINX}/ssl-redirect": "true",
            f"{NGINX}/proxy-read-timeout": timeout,
            f"{NGINX}/proxy-send-timeout": timeout,
            f"{NGINX}/whitelist-source-range": ",".join(self._ingress.sources),
        }
        if self._ingress.acme_email:
            annotations["cert-manager.io/issuer"] = self._issuer
        return annotations

    def _records(self, name: str) -> dict[str, str]:
        """The host's record. With a standby there are two of one name, and the healthy primary wins.

        See https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/dns-failover.html .
        """
        environment = self.environment
        dns = environment.cloud.dns if environment.cloud is not None else None
        if dns is None:
            return {}
        records = {f"{DNS}/hostname": name, f"{DNS}/ttl": str(dns.ttl)}
        if environment.recovery is not None:
            records |= {
                f"{DNS}/set-identifier": environment.cluster.name,
                f"{DNS}/aws-failover": "PRIMARY" if environment.recovery.role == "primary" else "SECONDARY",
                f"{DNS}/aws-evaluate-target-health": "true",
            }
        return records

    @property
    def _issuer(self) -> str:
        return f"{self.environment.system}-acme"

    def _add_issuer(self) -> None:
        solver: Json = {"http01": {"ingress": {"ingressClassName": self._ingress.type}}}
        self.emit(
            {
                "apiVersion": "cert-manager.io/v1",
                "kind": "Issuer",
                "metadata": {"name": self._issuer},
                "spec": {
                    "acme": {
                        "server": self._ingress.acme_server,
                        "email": self._ingress.acme_email,
                        "privateKeySecretRef": {"name": f"{self._issuer}-account"},
                        "solvers": [solver],
                    }
                },
            }
        )

    def _add_solver_policy(self) -> None:
        """The authority's question comes in through the controller, to a pod that lives for a minute."""
        controller = {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "ingress-nginx"}}}
        self.emit(
            {
                "apiVersion": "networking.k8s.io/v1",
                "kind": "NetworkPolicy",
                "metadata": {"name": "acme-solver"},
                "spec": {
                    "podSelector": {"matchLabels": {"acme.cert-manager.io/http01-solver": "true"}},
                    "policyTypes": ["Ingress"],
                    "ingress": [{"from": [controller], "ports": [{"protocol": "TCP", "port": ACME_PORT}]}],
                },
            }
        )


def _longest_first(host: Host) -> list[tuple[str, str]]:
    """Both controllers prefer the longest prefix; written that way, a reader sees it too."""
    routes = [(route.path, route.service) for route in host.routes]
    return sorted(routes, key=lambda route: (-len(route[0]), route[0]))


def _pairs(values: Mapping[str, str]) -> str:
    return ",".join(f"{key}={value}" for key, value in values.items())


def _tags(environment: Environment) -> dict[str, str]:
    own = environment.cloud.tags if environment.cloud is not None else {}
    return {
        "system": environment.system,
        "environment": environment.environment,
        "owner": environment.owner.team,
        **dict(sorted(own.items())),
    }
