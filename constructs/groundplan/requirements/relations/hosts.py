"""Public hosts: the certificates they are served with, and who answers on them when one side is lost."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from groundplan.checks.credentials.tls import covers
from groundplan.checks.inventory import Object
from groundplan.requirements.ground import Ground
from groundplan.requirements.relations.asked import Asked, current
from groundplan.requirements.relations.evidence import Record, clouds
from groundplan.requirements.relations.rights import does

DNS = "external-dns.alpha.kubernetes.io"
REDIRECT = "nginx.ingress.kubernetes.io/force-ssl-redirect"


def secured(host: str) -> bool:
    """Whether a public host is served over TLS alone, with a certificate that is rendered for it, by a listener of TLS 1.2 on."""
    asked = current()
    ingresses = list(_ingresses(asked.ground, host))
    if not ingresses:
        return asked.no(f"no Ingress of {asked.ground.scope} takes {host}")
    for item in ingresses if len(ingresses) == 1 else ():
        asked.through(item, "sole")
    for item in ingresses:
        asked.through(item, "serving")
        named = any(host in (entry.get("hosts") or ()) for entry in item.spec.get("tls") or ())
        if not named and not any(cloud.ends_tls(item) for cloud in clouds()):
            return asked.no(f"{item} serves {host} without TLS")
        if not (_only_tls(item) and _certified(asked, item, host)):
            return asked.no(f"{item} serves {host} with no certificate for it, or not by TLS alone")
    return True


def _ingresses(ground: Ground, host: str) -> Iterator[Object]:
    for item in ground.cluster.of_kind("networking.k8s.io", "Ingress"):
        if item.scope == ground.scope and any(rule.get("host") == host for rule in item.spec.get("rules") or ()):
            yield item


def _only_tls(item: Object) -> bool:
    """Whether the load balancer or controller of an Ingress refuses what is not encrypted, or sends it on to what is."""
    return item.annotations.get(REDIRECT) == "true" or any(cloud.only_tls(item) for cloud in clouds())


def _certified(asked: Asked, item: Object, host: str) -> bool:
    for cloud in clouds():
        kept = cloud.certificate(asked, item, host)
        if kept is not None:
            asked.through(kept, "certificate")
            return True
    secrets = {entry.get("secretName") for entry in item.spec.get("tls") or () if host in (entry.get("hosts") or ())}
    for certificate in asked.ground.world.of("cert-manager.io", "Certificate"):
        names = certificate.spec.get("dnsNames") or ()
        beside = (certificate.cluster, certificate.namespace) == (item.cluster, item.namespace)
        meant = beside and certificate.spec.get("secretName") in secrets
        if meant and any(covers(str(name), host) for name in names):
            asked.through(certificate, "certificate")
            return True
    return False


def hands_over(host: str) -> bool:
    """Whether requests for a public host go to the other side when this one does not answer.

    Either both sides write a record of their own of one name, of which one stands in for the other by its health; or an edge
    before them knows two origins, prefers one, and asks whether they live.
    """
    asked = current()
    by_edge = next((found for cloud in clouds() if (found := cloud.by_edge(asked, host)) is not None), None)
    return by_edge if by_edge is not None else _by_records(asked, host)


def _by_records(asked: Asked, host: str) -> bool:
    peer = asked.ground.peer()
    if peer is None:
        return asked.no(f"{asked.ground.scope} has no peer")
    told: list[Record] = []
    for ground in (asked.ground, peer):
        item = next(_ingresses(ground, host), None)
        if item is None or item.annotations.get(f"{DNS}/hostname") != host:
            return asked.no(f"nothing of {ground.scope} writes a record of {host}")
        asked.through(item, "record")
        record = next((found for cloud in clouds() if (found := cloud.record(item)) is not None), None)
        if record is None or not record.by_health:
            return asked.no(f"the record of {item} stays when nobody answers")
        told.append(record)
    if {one.role for one in told} != {"PRIMARY", "SECONDARY"} or len({one.name for one in told}) != len(told):
        return asked.no(f"the records of {host} do not tell who stands in for whom")
    return _writers(asked, peer, host)


def _writers(asked: Asked, peer: Ground, host: str) -> bool:
    """Whether each side has somebody who writes records of the zone, keeps apart what is its own, and may do so."""
    owners = set()
    for ground in (asked.ground, peer):
        values = next(_record_values(asked, ground, host), None)
        if values is None:
            return asked.no(f"nobody writes records of {host} from {ground.scope}")
        if not does(Asked(ground, asked.trail, asked.reasons), "external-dns", "change-records", "*"):
            return False
        owners.add(values.get("txtOwnerId"))
    return len(owners) > 1 or asked.no("both sides write records under one owner")


def _record_values(asked: Asked, ground: Ground, host: str) -> Iterator[Mapping[str, Any]]:
    for item in ground.cluster.of_kind("argoproj.io", "Application"):
        source: Mapping[str, Any] = item.spec.get("source") or {}
        values: Mapping[str, Any] = (source.get("helm") or {}).get("valuesObject") or {}
        if source.get("chart") == "external-dns" and any(
            host.endswith(f".{zone}") for zone in values.get("domainFilters") or ()
        ):
            asked.through(item, "writer")
            yield values
