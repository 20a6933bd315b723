"""What is asked from where the services stand: rented stores, and public hosts that promise to answer or that a standby watches."""

from __future__ import annotations

from collections.abc import Iterator

from groundplan.facts.cloud_names import certificate_name
from groundplan.facts.standby import waits
from groundplan.images import default_image
from groundplan.kubernetes.namespaces import INGRESS_NGINX
from groundplan.kubernetes.network_policy import everything_in, internet, ports
from groundplan.kubernetes.objects import Json
from groundplan.model.environment import Environment
from groundplan.networking.endpoints import monitoring
from groundplan.observability.prober_props import Module, ProberProps, Target
from groundplan.stores.answers import Reachability
from groundplan.stores.registry import stores_of
from groundplan.stores.store import AnyStore


def probed_stores(environment: Environment) -> dict[str, tuple[AnyStore, Reachability]]:
    """Stores that are measured from outside, and how; a cache that waits for a failover has nobody who asks for it."""
    return {
        name: (store, answers)
        for name, store in stores_of(environment).items()
        if (answers := store.reachability()) is not None and not store.is_waiting
    }


def asked_hosts(environment: Environment) -> dict[str, str]:
    """Public hosts that are asked, and the address that says whether they answer.

    Those that promise to answer; and from a standby those of its peer, so that somebody outside a region notices when it
    is gone.
    """
    ingress = environment.ingress
    if ingress is None or (ingress.availability is None and not waits(environment)):
        return {}
    return {name: f"https://{name}{host.health}" for name, host in environment.public_hosts.items()}


def prober_props(environment: Environment) -> ProberProps | None:
    """What a prober needs to ask all of it; None where there is nothing to ask."""
    targets = tuple(_targets(environment))
    if not targets:
        return None
    return ProberProps(
        system=environment.system,
        image=environment.upstream_image(default_image("prober")),
        targets=targets,
        sources=[monitoring(environment)],
        egress=list(_egress(environment)),
    )


def _targets(environment: Environment) -> Iterator[Target]:
    for name, (_, answers) in probed_stores(environment).items():
        module: Module = "connect-tls" if answers.encrypts_first else "connect"
        yield Target(name=name, module=module, address=answers.address, labels={"store": name})
    for name, address in asked_hosts(environment).items():
        yield Target(name=certificate_name(name), module="answer", address=address, labels={"host": name})


def _egress(environment: Environment) -> Iterator[Json]:
    for store, _ in probed_stores(environment).values():
        rule = store.egress()
        if rule is not None:
            yield rule
    if asked_hosts(environment):
        yield internet(443)
        if environment.ingress is not None and environment.ingress.type == "nginx":
            # inside the cluster a host's address leads straight to the controller's pods; on a standby, once the other
            # side has stopped answering
            yield {"to": [everything_in(INGRESS_NGINX)], "ports": ports(443)}
