"""The certificates of a store's members, from an authority of its own that lives as long as the store.

See https://cert-manager.io/docs/configuration/selfsigned/ and https://cert-manager.io/docs/configuration/ca/ .
"""

from __future__ import annotations

from collections.abc import Sequence

from groundplan.parts import Component, Json, Part
from groundplan.stores.redis.replicated.words import certificate

TEN_YEARS, ONE_YEAR, QUARTER, MONTH = "87600h", "8760h", "2160h", "720h"


class MemberCertificates(Part):
    """An authority that signs itself, and the certificate of the members, which is renewed every other month.

    Callers trust the authority, whose key stays: a renewed member is trusted by whoever was there before.
    """

    def __init__(self, scope: Component | Part, id_: str, store: str, *, names: Sequence[str]) -> None:
        super().__init__(scope, id_)
        self._store = store
        authority = f"{store}-ca"
        self._add_issuer(f"{store}-self-signed", {"selfSigned": {}})
        self._add_certificate(
            authority,
            f"{store}-self-signed",
            {
                "isCA": True,
                "commonName": f"{store} authority",
                "duration": TEN_YEARS,
                "renewBefore": ONE_YEAR,
                "privateKey": {"algorithm": "ECDSA", "size": 256, "rotationPolicy": "Never"},
                "usages": ["cert sign", "crl sign", "digital signature"],
            },
        )
        self._add_issuer(authority, {"ca": {"secretName": authority}})
        self._add_certificate(
            certificate(store),
            authority,
            {
                "commonName": store,
                "dnsNames": list(names),
                "ipAddresses": ["127.0.0.1"],
                "duration": QUARTER,
                "renewBefore": MONTH,
                "privateKey": {"algorithm": "ECDSA", "size": 256, "rotationPolicy": "Always"},
                "usages": ["digital signature", "server auth", "client auth"],
            },
        )

    def _add_issuer(self, name: str, spec: Json) -> None:
        self.emit({"apiVersion": "cert-manager.io/v1", "kind": "Issuer", "metadata": {"name": name}, "spec": spec})

    def _add_certificate(self, name: str, issuer: str, spec: Json) -> None:
        self.emit(
            {
                "apiVersion": "cert-manager.io/v1",
                "kind": "Certificate",
                "metadata": {"name": name},
                "spec": {
                    **spec,
                    "secretName": name,
                    "issuerRef": {"group": "cert-manager.io", "kind": "Issuer", "name": issuer},
                },
            }
        )
