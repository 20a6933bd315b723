"""Names that gateways are asked by: each has a record, which a page has people make, and is in the gateway's certificate.

Front Door compares the certificate with the name of the origin, and refuses a gateway whose certificate is for others.
See https://learn.microsoft.com/azure/frontdoor/end-to-end-tls .
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path
from urllib.parse import urlsplit

from groundplan.checks.credentials.tls import covers
from groundplan.checks.documents.pages import Page, read_pages
from groundplan.checks.inventory import Inventory, Object
from groundplan.errors import Finding

NETWORK = "network.azure.com"
DOOR = "cdn.azure.com"

_RECORD = re.compile(
    r"^\| (?P<name>\S+) \| (?P<type>A|CNAME|TXT) \| (?:[^|`]*`(?P<target>[^`]+)`)?[^|]*\|$", re.MULTILINE
)
_MAKES = re.compile(
    r"^az keyvault certificate create --vault-name (?P<vault>\S+) --name (?P<name>\S+) --policy (?P<policy>.*)$",
    re.MULTILINE,
)
_NAMES = re.compile(r'"dnsNames": (\[[^\]]*\])')


class Served:
    """Gateways, the names they are asked by, and what pages say of both.

    Args:
        inventory: the rendered tree.
        root: the repository.
    """

    def __init__(self, inventory: Inventory, root: Path) -> None:
        self._inventory, self._root = inventory, root

    def findings(self) -> Iterator[Finding]:
        """Everything wrong with them."""
        for item in self._inventory.by_kind.get(("networking.k8s.io", "Ingress"), ()):
            gateway = self._gateway_of(item.scope)
            if gateway is not None:
                for index, rule in enumerate(item.spec.get("rules") or []):
                    yield from self._covered(item, ("spec", "rules", index, "host"), str(rule.get("host", "")), gateway)
        for item in self._inventory.by_kind.get((DOOR, "AfdOrigin"), ()):
            yield from self._origin(item)
        for item in self._inventory.by_kind.get((DOOR, "AfdCustomDomain"), ()):
            host = str(item.spec.get("hostName"))
            for name in (host, f"_dnsauth.{host}"):
                if name not in self._records(item.system):
                    yield self._lost(item, name)

    def _gateway_of(self, scope: str) -> Object | None:
        found = self._inventory.by_kind.get((NETWORK, "ApplicationGateway"), ())
        return next((item for item in found if item.scope == scope), None)

    def _origin(self, item: Object) -> Iterator[Finding]:
        name = str(item.spec.get("hostName"))
        address = self._records(item.system).get(name)
        gateway = self._at(address) if address is not None else None
        if gateway is None:
            yield self._lost(item, name)
        elif item.spec.get("enforceCertificateNameCheck"):
            yield from self._covered(item, ("spec", "hostName"), name, gateway)

    def _lost(self, item: Object, name: str) -> Finding:
        message = f"is asked as `{name}`, and no page has people make a record that leads to a gateway of ours"
        return self._inventory.finding(
            item, ("spec", "hostName"), "credentials.record", message, "list the record among the public names"
        )

    def _at(self, address: str) -> Object | None:
        """The gateway that has a public address."""
        for item in self._inventory.by_kind.get((NETWORK, "ApplicationGateway"), ()):
            for entry in item.spec.get("frontendIPConfigurations") or []:
                if ((entry.get("publicIPAddress") or {}).get("reference") or {}).get("name") == address:
                    return item
        return None

    def _covered(self, item: Object, field: tuple[str | int, ...], name: str, gateway: Object) -> Iterator[Finding]:
        for entry in gateway.spec.get("sslCertificates") or []:
            url = urlsplit(str(entry.get("keyVaultSecretId", "")))
            key = ((url.hostname or "").partition(".")[0], url.path.rpartition("/")[2])
            names = self._certificates(item.system).get(key)
            if names is None or not any(covers(known, name) for known in names):
                unknown = "made by no command of a page" if names is None else "made for names that nobody gives"
                made = f"made for {', '.join(names)}" if names else unknown
                message = f"is asked as `{name}`, and the certificate {key[1]} of {key[0]} is {made}"
                advice = "name it where the certificate is made"
                yield self._inventory.finding(item, field, "credentials.names", message, advice)

    @cached_property
    def _pages(self) -> dict[str, list[Page]]:
        systems = {item.system for item in self._inventory.manifests}
        return {system: list(read_pages(self._root, system, frozenset())) for system in systems}

    def _records(self, system: str) -> Mapping[str, str]:
        """Name to what it leads to, as pages have people make it."""
        return {
            found["name"]: found["target"] or ""
            for page in self._pages.get(system, ())
            for found in _RECORD.finditer(page.text)
        }

    def _certificates(self, system: str) -> Mapping[tuple[str, str], list[str]]:
        """Vault and name of each certificate that pages have people make, to the names it is for."""
        found: dict[tuple[str, str], list[str]] = {}
        for page in self._pages.get(system, ()):
            for made in _MAKES.finditer(page.text):
                names = _NAMES.search(made["policy"])
                found[made["vault"], made["name"]] = json.loads(names[1]) if names is not None else []
        return found
