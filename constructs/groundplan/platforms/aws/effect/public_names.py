"""Whether people find a public host and believe it: a record in a zone that is ours and told of, and a certificate where it is served."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from groundplan.checks.gate import Context
from groundplan.checks.inventory import Inventory, Object, sources
from groundplan.errors import Finding
from groundplan.layout import docs_dir
from groundplan.yaml.marked import YamlPath

ALB = "alb.ingress.kubernetes.io"
DNS = "external-dns.alpha.kubernetes.io"
REGION = "services.k8s.aws/region"
RULE = "exposure.name"


@dataclass(frozen=True, slots=True)
class Gap:
    """What is missing between a name and its load balancer."""

    what: str
    """In words."""

    advice: str
    """What to do."""


def public_names(inventory: Inventory, context: Context) -> Iterator[Finding]:
    """Hosts of public load balancers that no record, no zone or no certificate leads to."""
    shown: dict[str, list[Object]] = {}
    for item in inventory.by_kind.get(("networking.k8s.io", "Ingress"), ()):
        if item.annotations.get(f"{ALB}/scheme") == "internet-facing":
            for index, rule in enumerate(item.spec.get("rules") or []):
                host = str(rule.get("host", ""))
                shown.setdefault(host, []).append(item)
                for gap in (*_record(inventory, item, host), *_certificate(inventory, context, item, host)):
                    field: YamlPath = ("spec", "rules", index, "host")
                    yield inventory.finding(item, field, RULE, f"serves {host}, {gap.what}", gap.advice)
    for host, items in shown.items():
        yield from _answers(inventory, host, items)
    yield from _delegated(inventory, context)


def _record(inventory: Inventory, item: Object, host: str) -> Iterator[Gap]:
    """Whoever writes records in its cluster writes this one, into a zone that is rendered."""
    values = _writer(inventory, item.cluster)
    if values is None:
        yield Gap("and nothing in its cluster writes records", "install external-dns there")
        return
    if "ingress" not in values.get("sources", ()):
        yield Gap("and external-dns reads no Ingresses", "add ingress to its sources")
    filters = [str(domain) for domain in values.get("domainFilters") or []]
    if filters and not any(_below(host, domain) for domain in filters):
        yield Gap(f"and external-dns writes below {', '.join(filters)} alone", "add its domain to domainFilters")
    zones = [str(zone.spec.get("name", "")).rstrip(".") for zone in _zones(inventory, item.system)]
    if not any(_below(host, zone) for zone in zones):
        yield Gap("and no zone of the system holds its name", "write platform.aws.dns.zone")


def _writer(inventory: Inventory, cluster: str) -> Mapping[str, Any] | None:
    """Values of external-dns on a cluster; None where it is not installed."""
    for item in inventory.by_kind.get(("argoproj.io", "Application"), ()):
        for source in sources(item.document) if item.cluster == cluster else ():
            if source.get("chart") == "external-dns":
                return (source.get("helm") or {}).get("valuesObject") or {}
    return None


def _zones(inventory: Inventory, system: str) -> list[Object]:
    known = inventory.by_kind.get(("route53.services.k8s.aws", "HostedZone"), ())
    return [item for item in known if item.system == system]


def _below(host: str, domain: str) -> bool:
    return host == domain or host.endswith(f".{domain}")


def _certificate(inventory: Inventory, context: Context, item: Object, host: str) -> Iterator[Gap]:
    """A certificate of its name in the region of its load balancer, which finds it by the name; and somebody proves it."""
    environment = context.environments.get(item.scope)
    region = environment.region if environment is not None else ""
    known = [
        one for one in inventory.by_kind.get(("acm.services.k8s.aws", "Certificate"), ())
        if one.system == item.system and one.annotations.get(REGION) == region and _covers(one, host)
    ]  # fmt: skip
    if not known:
        yield Gap(f"and no certificate in {region} has its name", "request one there")
        return
    records = inventory.by_kind.get(("route53.services.k8s.aws", "RecordSet"), ())
    written = any(
        str(one.spec.get("name", "")).startswith("_") and host in str(one.spec.get("name")) for one in records
    )
    page = _page(context, item.system)
    if not written and not any(f" {one.name} " in page and "domainValidations" in page for one in known):
        advice = "write its record into platform.aws.dns.records, or render the page that asks for it"
        yield Gap("and nobody proves that its certificate's name is ours", advice)


def _covers(certificate: Object, host: str) -> bool:
    names = [certificate.spec.get("domainName"), *(certificate.spec.get("subjectAlternativeNames") or [])]
    return host in names or f"*.{host.partition('.')[2]}" in names


def _answers(inventory: Inventory, host: str, items: list[Object]) -> Iterator[Finding]:
    """Several load balancers of one name are told apart, and one of them is asked first."""
    clusters = {item.cluster: item for item in items}
    if len(clusters) < 2:
        return
    told = {item.annotations.get(f"{DNS}/set-identifier") for item in clusters.values()}
    first = [item for item in clusters.values() if item.annotations.get(f"{DNS}/aws-failover") == "PRIMARY"]
    item = items[0]
    if None in told or len(told) < len(clusters):
        message = f"is one of {len(clusters)} that serve {host}, and their records overwrite each other"
        advice = f"give each a {DNS}/set-identifier of its own"
        yield inventory.finding(item, ("metadata", "annotations"), RULE, message, advice)
    elif len(first) != 1:
        message = f"is one of {len(clusters)} that serve {host}, of which {len(first)} are asked first"
        yield inventory.finding(item, ("metadata", "annotations"), RULE, message, "make one of them PRIMARY")


def _delegated(inventory: Inventory, context: Context) -> Iterator[Finding]:
    """Of each zone the page says where its name servers are read, for the registrar."""
    for zone in inventory.by_kind.get(("route53.services.k8s.aws", "HostedZone"), ()):
        page = _page(context, zone.system)
        if not any(f" {zone.name} " in line and "nameServers" in line for line in page.splitlines()):
            message = f"holds {str(zone.spec.get('name')).rstrip('.')}, and no page tells the registrar of it"
            yield inventory.finding(zone, ("spec", "name"), RULE, message, "say it on the bootstrap page")


def _page(context: Context, system: str) -> str:
    file = context.root / docs_dir(system) / "bootstrap.md"
    return file.read_text("utf-8") if file.is_file() else ""
