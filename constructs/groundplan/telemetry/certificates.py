"""An authority of our own for the way of logs through the cluster: Logstash and the agents show each other that they are so.

The agents stand in another namespace, so the authority is the cluster's; its key lies where cert-manager keeps those of
all such authorities. See https://cert-manager.io/docs/configuration/ca/ .
"""

from __future__ import annotations

from groundplan.kubernetes.namespaces import CERT_MANAGER, LOG_AGENTS, LOGGING
from groundplan.parts import Component, Json, Part
from groundplan.telemetry.names import AGENT, AUTHORITY, INPUT_SERVICE, PARSER

API = "cert-manager.io/v1"
ROOT = "logs-root"
EARLY = {"argocd.argoproj.io/sync-wave": "-1"}

TEN_YEARS, TWO_YEARS, HALF_A_YEAR = "87600h", "17520h", "4380h"
"""Both programs read their certificates once, when they start: half a year lies between a renewal and the end of what was
before, in which any upgrade starts them anew."""


class LogCertificates(Part):
    """The authority, the certificate that Logstash serves with, and the one that agents sign in with."""

    def __init__(self, scope: Component | Part, id_: str) -> None:
        super().__init__(scope, id_)
        self._add_issuer(ROOT, {"selfSigned": {}})
        self._add(
            AUTHORITY,
            CERT_MANAGER,
            ROOT,
            {"isCA": True, "commonName": AUTHORITY, "duration": TEN_YEARS, "usages": ["cert sign", "crl sign"]},
        )
        self._add_issuer(AUTHORITY, {"ca": {"secretName": AUTHORITY}})
        host = f"{INPUT_SERVICE}.{LOGGING}.svc"
        leaf = {"duration": TWO_YEARS, "renewBefore": HALF_A_YEAR}
        # Logstash reads keys of this form alone
        server = {"dnsNames": [host], "usages": ["server auth", "digital signature"], **leaf}
        self._add(PARSER, LOGGING, AUTHORITY, server)
        self._add(
            AGENT, LOG_AGENTS, AUTHORITY, {"commonName": AGENT, "usages": ["client auth", "digital signature"], **leaf}
        )

    def _add_issuer(self, name: str, spec: Json) -> None:
        metadata = {"name": name, "annotations": EARLY}
        self.emit({"apiVersion": API, "kind": "ClusterIssuer", "metadata": metadata, "spec": spec})

    def _add(self, name: str, namespace: str, issuer: str, spec: Json) -> None:
        key = {"algorithm": "ECDSA", "encoding": "PKCS8", "size": 256, "rotationPolicy": "Always"}
        self.emit(
            {
                "apiVersion": API,
                "kind": "Certificate",
                "metadata": {"name": name, "namespace": namespace, "annotations": EARLY},
                "spec": {
                    "secretName": name,
                    "issuerRef": {"group": "cert-manager.io", "kind": "ClusterIssuer", "name": issuer},
                    "privateKey": key,
                    **spec,
                },
            }
        )
