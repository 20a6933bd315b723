"""The network policy of one service, derived from everybody's `calls:`.

See https://kubernetes.io/docs/concepts/services-networking/network-policies/ .
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from groundplan.kubernetes.labels import selector_labels
from groundplan.kubernetes.network_policy import ports
from groundplan.parts import Component, Json, Part


@dataclass(frozen=True, kw_only=True, slots=True)
class ServicePolicyProps:
    """Who reaches a service, and what it reaches."""

    port: int | None = None
    """Port it serves. Default none: nobody reaches it."""

    sources: Sequence[Json] = ()
    """Peers that may ask it. Default none."""

    egress: Sequence[Json] = ()
    """Rules that let it out, name resolution among them. Default none: it talks to nobody."""


class ServicePolicy(Part):
    """Lets the service `name` be reached by its callers and by what watches it, and reach what it calls. Nothing else."""

    def __init__(self, scope: Component | Part, id_: str, name: str, props: ServicePolicyProps) -> None:
        super().__init__(scope, id_)
        ingress = _ingress(props)
        self.emit(
            {
                "apiVersion": "networking.k8s.io/v1",
                "kind": "NetworkPolicy",
                "metadata": {"name": name, "labels": selector_labels(name)},
                "spec": {
                    "podSelector": {"matchLabels": selector_labels(name)},
                    "policyTypes": ["Ingress", "Egress"],
                    **({"ingress": ingress} if ingress else {}),  # none are stored as nothing
                    "egress": list(props.egress),
                },
            }
        )


def _ingress(props: ServicePolicyProps) -> list[Json]:
    if props.port is None:
        return []
    return [{"from": [source], "ports": ports(props.port)} for source in props.sources]
