"""Public hosts behind ingress-nginx, with certificates that cert-manager draws and renews.

See https://kubernetes.github.io/ingress-nginx/user-guide/nginx-configuration/annotations/ and
https://cert-manager.io/docs/configuration/acme/http01/ .
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from groundplan.facts.cloud_names import certificate_name
from groundplan.kubernetes.namespaces import INGRESS_NGINX
from groundplan.model.expose import Exposed, Route
from groundplan.model.ingress import Ingress
from groundplan.model.values import quantity, whole_seconds
from groundplan.parts import Component, Json, Part

NGINX = "nginx.ingress.kubernetes.io"
ACME_PORT = 8089
"""Port on which cert-manager answers the certificate authority's question."""

SOLVER = "acme-solver"
"""ServiceAccount of the pod that answers; it lives for a minute and may do nothing."""

RENEW_BEFORE = "720h"
"""Thirty days: a third of what the usual authority gives, and time for several tries."""


@dataclass(frozen=True, kw_only=True, slots=True)
class NginxHostsProps:
    """What the outside reaches, and how the way in is set."""

    system: str
    """Name of the system, which its issuer carries."""

    ingress: Ingress
    """What is written of the way in."""

    hosts: Mapping[str, Exposed]
    """Public host to what it leads to."""

    ports: Mapping[str, int | None]
    """Service to its port."""

    closed: Mapping[str, tuple[str, ...]]
    """Public host to the paths that nobody is led to."""

    dns_annotations: Mapping[str, Mapping[str, str]]
    """Public host to the annotations by which its record is made; empty where nobody makes it."""


class NginxHosts(Part):
    """Every public host of an environment: its certificate, and an Ingress for each way requests are handled.

    The controller takes its settings from an Ingress as a whole. So paths that stream or upload have Ingresses of their
    own beside the host's; they share its certificate.
    """

    def __init__(self, scope: Component | Part, id_: str, props: NginxHostsProps) -> None:
        super().__init__(scope, id_)
        self._props = props
        self._ingress = ingress = props.ingress
        if ingress.acme_email:
            self._add_issuer(self._authority())
            self._add_solver()
        elif ingress.self_signed:
            self._add_issuer({"selfSigned": {}})
        for name, exposed in props.hosts.items():
            if ingress.certificate is None:
                self._add_certificate(name)
            for suffix, routes in _by_handling(exposed):
                self._add_ingress(name, suffix, routes)
            closed = [(path, route) for path in props.closed.get(name, ()) if (route := exposed.route_of(path))]
            if closed:
                self._add_ingress(name, "-closed", closed, {f"{NGINX}/denylist-source-range": "0.0.0.0/0,::/0"})

    @property
    def _issuer(self) -> str:
        return f"{self._props.system}-{'self-signed' if self._ingress.self_signed else 'acme'}"

    def _secret(self, host: str) -> str:
        return self._ingress.certificate or f"{certificate_name(host)}-tls"

    def _add_ingress(
        self, host: str, suffix: str, routes: list[tuple[str, Route]], further: Mapping[str, str] | None = None
    ) -> None:
        annotations = (
            self._annotations(routes[0][1])
            | dict(further or {})
            | dict(self._props.dns_annotations.get(host, {}))
            | self._ingress.annotations
        )
        self.emit(
            {
                "apiVersion": "networking.k8s.io/v1",
                "kind": "Ingress",
                "metadata": {"name": certificate_name(host) + suffix, "annotations": annotations},
                "spec": {
                    "ingressClassName": "nginx",
                    "tls": [{"hosts": [host], "secretName": self._secret(host)}],
                    "rules": [{"host": host, "http": {"paths": [self._prefix(path, route) for path, route in routes]}}],
                },
            }
        )

    def _prefix(self, path: str, route: Route) -> Json:
        port = {"number": self._props.ports[route.service]}
        return {
            "path": path,
            "pathType": "Prefix",
            "backend": {"service": {"name": route.service, "port": port}},
        }

    def _annotations(self, route: Route) -> dict[str, str]:
        """Settings of one way to handle requests. Sizes and times are nginx's own: bytes with a letter, whole seconds."""
        silence = str(whole_seconds(route.stream) if route.stream is not None else self._ingress.idle_timeout)
        found = {
            f"{NGINX}/ssl-redirect": "true",
            f"{NGINX}/force-ssl-redirect": "true",
            f"{NGINX}/proxy-read-timeout": silence,
            f"{NGINX}/proxy-send-timeout": silence,
            f"{NGINX}/whitelist-source-range": ",".join(self._ingress.sources),
        }
        if route.stream is not None:
            found[f"{NGINX}/proxy-buffering"] = "off"
        if route.body is not None:
            found[f"{NGINX}/proxy-body-size"] = f"{int(quantity(route.body) / 2**20)}m"
            # the controller's own disk is not the place for a gigabyte
            found[f"{NGINX}/proxy-request-buffering"] = "off"
        return found

    def _add_certificate(self, host: str) -> None:
        self.emit(
            {
                "apiVersion": "cert-manager.io/v1",
                "kind": "Certificate",
                "metadata": {"name": certificate_name(host)},
                "spec": {
                    "secretName": self._secret(host),
                    "dnsNames": [host],
                    "issuerRef": {"group": "cert-manager.io", "kind": "Issuer", "name": self._issuer},
                    "privateKey": {"algorithm": "ECDSA", "size": 256, "rotationPolicy": "Always"},
                    "usages": ["digital signature", "server auth"],
                    "renewBefore": RENEW_BEFORE,
                },
            }
        )

    def _add_issuer(self, spec: Json) -> None:
        metadata = {"name": self._issuer}
        self.emit({"apiVersion": "cert-manager.io/v1", "kind": "Issuer", "metadata": metadata, "spec": spec})

    def _authority(self) -> Json:
        """An authority that asks the host itself who it is."""
        pod: Json = {"spec": {"serviceAccountName": SOLVER}}
        return {
            "acme": {
                "server": self._ingress.acme_server,
                "email": self._ingress.acme_email,
                "privateKeySecretRef": {"name": f"{self._issuer}-account"},
                "solvers": [
                    {
                        "http01": {
                            "ingress": {"ingressClassName": "nginx", "serviceType": "ClusterIP", "podTemplate": pod}
                        }
                    }
                ],
            }
        }

    def _add_solver(self) -> None:
        """The authority's question comes in through the controller, to a pod that lives for a minute."""
        self.emit(
            {
                "apiVersion": "v1",
                "kind": "ServiceAccount",
                "metadata": {"name": SOLVER},
                "automountServiceAccountToken": False,
            }
        )
        controller = {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": INGRESS_NGINX}}}
        self.emit(
            {
                "apiVersion": "networking.k8s.io/v1",
                "kind": "NetworkPolicy",
                "metadata": {"name": SOLVER},
                "spec": {
                    "podSelector": {"matchLabels": {"acme.cert-manager.io/http01-solver": "true"}},
                    "policyTypes": ["Ingress"],
                    "ingress": [{"from": [controller], "ports": [{"protocol": "TCP", "port": ACME_PORT}]}],
                },
            }
        )


def _by_handling(exposed: Exposed) -> Iterator[tuple[str, list[tuple[str, Route]]]]:
    """The plain routes together under the host's own name, each special one under a name with its path."""
    routes = exposed.longest_first
    plain = [(path, route) for path, route in routes if not route.is_special]
    if plain:
        yield "", plain
    for path, route in routes:
        if route.is_special:
            yield f"-{'-'.join(filter(None, path.lower().split('/'))) or 'root'}", [(path, route)]
