"""Public hosts: the certificates they are served with, and who answers on them when one side is lost."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from groundplan.checks.credentials.tls import covers
from groundplan.checks.exposure.facts import facts
from groundplan.checks.inventory import Object
from groundplan.requirements.ground import Ground
from groundplan.requirements.relations.asked import Asked, current
from groundplan.requirements.relations.rights import does

ALB, DNS = "alb.ingress.kubernetes.io", "external-dns.alpha.kubernetes.io"
GATEWAY = "appgw.ingress.kubernetes.io"
CERTIFICATE = f"{GATEWAY}/appgw-ssl-certificate"
EDGE = "cdn.azure.com"


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
        if not named and CERTIFICATE not in item.annotations:
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
    notes = item.annotations
    if f"{ALB}/listen-ports" in notes:
        ports = json.loads(notes[f"{ALB}/listen-ports"])
        good = notes.get(f"{ALB}/ssl-policy") in facts().listeners
        return good and all("HTTPS" in one for one in ports) and any(one.get("HTTPS") == 443 for one in ports)
    redirects = ("nginx.ingress.kubernetes.io/force-ssl-redirect", f"{GATEWAY}/ssl-redirect")
    return any(notes.get(name) == "true" for name in redirects)


def _certified(asked: Asked, item: Object, host: str) -> bool:
    world, scopes = asked.ground.world, asked.ground.scopes
    wanted = item.annotations.get(CERTIFICATE)
    for gateway in world.of("network.azure.com", "ApplicationGateway"):
        if gateway.scope in scopes and any(
            one.get("name") == wanted for one in gateway.spec.get("sslCertificates") or ()
        ):
            asked.through(gateway, "certificate")
            return True
    secrets = {entry.get("secretName") for entry in item.spec.get("tls") or () if host in (entry.get("hosts") or ())}
    for certificate in world.of("cert-manager.io", "Certificate"):
        names = certificate.spec.get("dnsNames") or ()
        beside = (certificate.cluster, certificate.namespace) == (item.cluster, item.namespace)
        meant = beside and certificate.spec.get("secretName") in secrets
        if meant and any(covers(str(name), host) for name in names):
            asked.through(certificate, "certificate")
            return True
    for certificate in world.of("acm.services.k8s.aws", "Certificate", asked.ground.scope):
        if covers(str(certificate.spec.get("domainName")), host):
            asked.through(certificate, "certificate")
            return True
    return False


def hands_over(host: str) -> bool:
    """Whether requests for a public host go to the other side when this one does not answer.

    Either both sides write a record of their own of one name, of which one stands in for the other by its health; or an edge
    before them knows two origins, prefers one, and asks whether they live.
    """
    asked = current()
    domain = next(
        (item for item in asked.ground.world.of(EDGE, "AfdCustomDomain") if _of_system(asked, item, host)), None
    )
    return _by_edge(asked, domain) if domain is not None else _by_records(asked, host)


def _of_system(asked: Asked, item: Object, host: str) -> bool:
    return item.system == asked.ground.environment.system and item.spec.get("hostName") == host


def _by_records(asked: Asked, host: str) -> bool:
    peer = asked.ground.peer()
    if peer is None:
        return asked.no(f"{asked.ground.scope} has no peer")
    told = []
    for ground in (asked.ground, peer):
        item = next(_ingresses(ground, host), None)
        if item is None or item.annotations.get(f"{DNS}/hostname") != host:
            return asked.no(f"nothing of {ground.scope} writes a record of {host}")
        asked.through(item, "record")
        if item.annotations.get(f"{DNS}/aws-evaluate-target-health") != "true":
            return asked.no(f"the record of {item} stays when nobody answers")
        told.append((item.annotations.get(f"{DNS}/aws-failover"), item.annotations.get(f"{DNS}/set-identifier")))
    if {role for role, _ in told} != {"PRIMARY", "SECONDARY"} or len({name for _, name in told}) != len(told):
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


def _by_edge(asked: Asked, domain: Object) -> bool:
    asked.through(domain, "domain")
    world = asked.ground.world
    routes = [
        item for item in world.of(EDGE, "Route", domain.scope) if domain.name in _references(item, "customDomains")
    ]
    if not routes:
        return asked.no(f"no route of the edge takes {domain.spec.get('hostName')}")
    for route in routes:
        name = str(((route.spec.get("originGroup") or {}).get("reference") or {}).get("name"))
        group = next((item for item in world.of(EDGE, "AfdOriginGroup", domain.scope) if item.name == name), None)
        if group is None or "healthProbeSettings" not in group.spec or route.spec.get("enabledState") != "Enabled":
            return asked.no(f"{route} leads to origins of which nobody asks whether they live")
        asked.through(group, "origins")
        for origin in world.of(EDGE, "AfdOrigin", domain.scope):
            if (origin.spec.get("owner") or {}).get("name") == name:
                asked.through(origin, "origin")
        if not _stand_in(asked, name, domain.scope):
            return asked.no(f"{group} does not know two origins of which it prefers one")
    return True


def _references(item: Object, field: str) -> set[str]:
    return {str((entry.get("reference") or {}).get("name")) for entry in item.spec.get(field) or ()}


def _stand_in(asked: Asked, group: str, scope: str) -> bool:
    origins = [
        item
        for item in asked.ground.world.of(EDGE, "AfdOrigin", scope)
        if (item.spec.get("owner") or {}).get("name") == group
    ]
    ranks = {item.spec.get("priority") for item in origins}
    hosts = {item.spec.get("hostName") for item in origins}
    sent = any(item.spec.get("enabledState") == "Enabled" for item in origins)
    return sent and len(ranks) > 1 and len(hosts) == len(origins)
