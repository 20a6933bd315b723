"""Certificates: every name that is served has one, and what it is for is what it is used for."""

from __future__ import annotations

from collections.abc import Iterator

from groundplan.checks.inventory import Inventory, Object
from groundplan.errors import Finding


def served(inventory: Inventory, item: Object) -> Iterator[Finding]:
    """Hosts of an Ingress whose Secret is of a certificate for other names."""
    for index, entry in enumerate(item.spec.get("tls") or []):
        for certificate in inventory.by_kind.get(("cert-manager.io", "Certificate"), ()):
            if (certificate.cluster, certificate.namespace, certificate.spec.get("secretName")) != (
                item.cluster, item.namespace, entry.get("secretName"),
            ):  # fmt: skip
                continue
            names = [str(name) for name in certificate.spec.get("dnsNames") or []]
            for host in entry.get("hosts") or []:
                if not any(covers(name, str(host)) for name in names):
                    message = f"serves {host} with the certificate {certificate.name}, which is for {', '.join(names)}"
                    field = ("spec", "tls", index)
                    yield inventory.finding(
                        item, field, "credentials.names", message, "add the name to the certificate"
                    )


def covers(name: str, host: str) -> bool:
    """Whether a certificate's name is good for a host: a `*` stands for one label."""
    if name.startswith("*."):
        return host.partition(".")[2] == name[2:]
    return name == host
