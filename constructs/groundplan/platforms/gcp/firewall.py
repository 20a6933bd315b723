"""Firewall rules of a network: what is needed, and a last rule that refuses and logs everything else.

Google's own rules for a cluster of GKE (`gke-<name>-*`) come on top; those it would make for load balancers are left to
the rules here. See https://cloud.google.com/firewall/docs/firewalls and
https://cloud.google.com/kubernetes-engine/docs/concepts/firewall-rules .
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from groundplan.parts import Component, Json, Part
from groundplan.platforms.gcp.names import node_tag
from groundplan.platforms.gcp.network import NETWORK
from groundplan.platforms.gcp.resource import GcpPart, reference
from groundplan.platforms.gcp.site import Site

ANYWHERE = "0.0.0.0/0"

HEALTH_CHECKS = ("130.211.0.0/22", "35.191.0.0/16", "209.85.152.0/22", "209.85.204.0/22")
"""Where Google asks from whether a machine behind a load balancer lives.

See https://cloud.google.com/load-balancing/docs/health-check-concepts#ip-ranges .
"""

HEALTH_PORTS = ("10256", "30000-32767")
"""Where nodes answer: kube-proxy's own, and the one a Service with a local traffic policy is given."""

WEB_PORTS = ("80", "443")
"""What the public is let in on; 80 answers a certificate authority and leads to 443."""

ALLOWED, REFUSED = 1000, 65000
"""Priorities: the smaller number is asked first, and 65535 is Google's own last word."""


@dataclass(frozen=True, kw_only=True, slots=True)
class FirewallProps:
    """Who may open connections to whom."""

    inside: Sequence[str]
    """Blocks of nodes and pods, which talk to one another; network policies tell pods apart."""

    public: Sequence[str] = ()
    """Networks that may ask the public load balancer. Default none: nothing public is there."""

    peers: Sequence[str] = ()
    """Blocks of nodes and pods in peered networks. Default none."""

    peer_ports: Mapping[str, int] = field(default_factory=dict)
    """What peers may ask here, to its port. Default nothing."""


class Firewall(GcpPart):
    """The rules of one network; machines are told apart by their tags."""

    def __init__(self, scope: Component | Part, id_: str, site: Site, props: FirewallProps) -> None:
        super().__init__(scope, id_, site)
        everything: list[Json] = [{"protocol": protocol} for protocol in ("tcp", "udp", "icmp", "ipip")]
        self._allow("inside", "Nodes and pods to one another", props.inside, everything)
        if props.public:
            self._allow("public", "The public, through the load balancer", props.public, _tcp(*WEB_PORTS))
            self._allow("health-checks", "Google asks whether nodes live", HEALTH_CHECKS, _tcp(*HEALTH_PORTS))
        if props.peers and props.peer_ports:
            ports = [str(port) for port in sorted(set(props.peer_ports.values()))]
            whom = ", ".join(sorted(props.peer_ports))
            self._allow("peers", f"Peered networks to {whom}", props.peers, _tcp(*ports))
        self._emit(
            "everything-else",
            "Everything else is refused, and logged",
            {"priority": REFUSED, "deny": [{"protocol": "all"}], "sourceRanges": [ANYWHERE]},
        )

    def _allow(self, name: str, description: str, sources: Sequence[str], what: list[Json]) -> None:
        tags = [node_tag(self.site.cluster)]
        spec: Json = {"priority": ALLOWED, "allow": what, "sourceRanges": list(sources), "targetTags": tags}
        self._emit(name, description, spec)

    def _emit(self, name: str, description: str, spec: Json) -> None:
        self.emit_resource(
            "ComputeFirewall",
            name,
            {
                "description": description,
                "networkRef": reference(NETWORK),
                "direction": "INGRESS",
                **spec,
                "logConfig": {"metadata": "EXCLUDE_ALL_METADATA"},
            },
            called=f"{self.site.cluster}-{name}",
        )


def _tcp(*ports: str) -> list[Json]:
    return [{"protocol": "tcp", "ports": list(ports)}]
