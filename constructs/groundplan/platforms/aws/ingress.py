"""The way in from outside by a load balancer of AWS: one Ingress for each public host.

See https://kubernetes.io/docs/concepts/services-networking/ingress/ .
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from groundplan.facts.closed_paths import closed_paths
from groundplan.facts.cloud_names import certificate_name
from groundplan.model.environment import Environment
from groundplan.model.expose import Exposed, Route
from groundplan.model.ingress import Ingress
from groundplan.parts import Component, Json, Part
from groundplan.platforms.aws.dns_records import dns_records
from groundplan.platforms.aws.facts import load_balancer_group

ALB = "alb.ingress.kubernetes.io"

HTTPS_ONLY = json.dumps([{"HTTPS": 443}], separators=(",", ":"))
"""Listeners of the load balancer: none for plain HTTP, so that no credential ever travels in the clear."""


CLOSED = "closed"
"""Name of the answer to what nobody is led to.

See https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/ingress/annotations/#actions .
"""

NOT_FOUND = json.dumps(
    {"type": "fixed-response", "fixedResponseConfig": {"contentType": "text/plain", "statusCode": "404"}},
    separators=(",", ":"),
)


@dataclass(frozen=True, kw_only=True, slots=True)
class PublicHost:
    """One name, and where it leads."""

    exposed: Exposed
    """Its routes, and the path that says whether it is healthy."""

    records: Mapping[str, str] = field(default_factory=dict)
    """Annotations from which its record is made. Default none."""

    closed: tuple[str, ...] = ()
    """Paths that nobody is led to. Default none."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PublicHostsProps:
    """What stands behind one load balancer, and what it is called in the account."""

    hosts: Mapping[str, PublicHost]
    """Each public name."""

    ports: Mapping[str, int]
    """Port of every service that a route leads to."""

    ingress: Ingress
    """Timeouts, TLS and further annotations."""

    tls_policy: str
    """Which ciphers and versions of TLS it speaks, by AWS' name."""

    group: str
    """Hosts of one group share a load balancer."""

    security_group: str
    """Name of the network's group that it wears, so that the controller opens nothing itself."""

    tags: Mapping[str, str] = field(default_factory=dict)
    """Tags of the load balancer. Default none."""


class PublicHosts(Part):
    """Every public host of an environment behind one load balancer."""

    def __init__(self, scope: Component | Part, id_: str, props: PublicHostsProps) -> None:
        super().__init__(scope, id_)
        self._props = props
        for name, host in props.hosts.items():
            self._add_host(name, host)

    def _add_host(self, name: str, host: PublicHost) -> None:
        refusal = {f"{ALB}/actions.{CLOSED}": NOT_FOUND} if host.closed else {}
        annotations = self._alb(host.exposed) | refusal | dict(host.records) | self._props.ingress.annotations
        routes = [*map(_refused, host.closed), *(self._rule(*route) for route in host.exposed.longest_first)]
        self.emit(
            {
                "apiVersion": "networking.k8s.io/v1",
                "kind": "Ingress",
                "metadata": {"name": certificate_name(name), "annotations": annotations},
                "spec": {
                    "ingressClassName": "alb",
                    "tls": [{"hosts": [name]}],  # the controller finds the certificate by the name
                    "rules": [{"host": name, "http": {"paths": routes}}],
                },
            }
        )

    def _rule(self, prefix: str, route: Route) -> Json:
        return {
            "path": prefix,
            "pathType": "Prefix",
            "backend": {"service": {"name": route.service, "port": {"number": self._props.ports[route.service]}}},
        }

    def _alb(self, exposed: Exposed) -> dict[str, str]:
        balancer = {
            "idle_timeout.timeout_seconds": str(self._props.ingress.idle_timeout),
            "routing.http.drop_invalid_header_fields.enabled": "true",
        }
        return {
            f"{ALB}/group.name": self._props.group,
            f"{ALB}/scheme": "internet-facing",
            f"{ALB}/target-type": "ip",
            f"{ALB}/listen-ports": HTTPS_ONLY,
            f"{ALB}/ssl-policy": self._props.tls_policy,
            f"{ALB}/backend-protocol": "HTTP",
            f"{ALB}/healthcheck-path": exposed.health,
            f"{ALB}/healthcheck-interval-seconds": "15",
            f"{ALB}/healthcheck-timeout-seconds": "5",
            f"{ALB}/success-codes": "200",
            f"{ALB}/load-balancer-attributes": _pairs(balancer),
            f"{ALB}/target-group-attributes": "deregistration_delay.timeout_seconds=30",
            f"{ALB}/security-groups": self._props.security_group,
            f"{ALB}/tags": _pairs(self._props.tags),
        }


def _refused(path: str) -> Json:
    backend = {"service": {"name": CLOSED, "port": {"name": "use-annotation"}}}
    return {"path": path, "pathType": "Prefix", "backend": backend}


def public_hosts(environment: Environment, ingress: Ingress) -> PublicHostsProps:
    """What the load balancer of an environment leads to."""
    cloud = environment.platform.aws
    assert cloud is not None  # the way in is AWS' own
    hosts = environment.public_hosts
    return PublicHostsProps(
        hosts={
            name: PublicHost(
                exposed=host,
                records=dns_records(environment, name),
                closed=closed_paths(host, environment.services),
            )
            for name, host in hosts.items()
        },
        ports={name: service.port for name, service in environment.services.items() if service.port is not None},
        ingress=ingress,
        tls_policy=cloud.tls_policy,
        group=f"{environment.system}-{environment.environment}",
        security_group=load_balancer_group(environment.host_environment),
        tags={
            "system": environment.system,
            "environment": environment.environment,
            "owner": environment.owner.team,
            **dict(sorted(cloud.tags.items())),
        },
    )


def _pairs(values: Mapping[str, str]) -> str:
    return ",".join(f"{key}={value}" for key, value in values.items())
