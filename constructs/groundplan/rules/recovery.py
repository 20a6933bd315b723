"""What a disaster needs to have been agreed on before: two sides that know each other, and that hold the same data."""

from __future__ import annotations

from collections.abc import Iterator

from groundplan.model.environment import Environment
from groundplan.model.recovery import RESERVE_PERCENT
from groundplan.model.values import whole_seconds
from groundplan.rules.problem import Problem, unknown
from groundplan.stores.registry import stores_of
from groundplan.yaml.marked import YamlPath


def failover_fits(environment: Environment) -> Iterator[Problem]:
    """The switch is the standby's, its steps fit into the objective, and what is promised has a service."""
    recovery = environment.recovery
    if recovery is None:
        return
    for word in ("active", "reversed"):
        if getattr(recovery, word) and not recovery.stands_in:
            yield ("recovery", word), "primary-activated", "is true on the primary", "set it on the standby"
    own, reserve = sum(step.minutes for step in recovery.steps), whole_seconds(recovery.rto) * RESERVE_PERCENT // 6000
    if own > reserve:
        yield (
            ("recovery", "steps"),
            "recovery-too-slow",
            f"take {own} minutes, but the runbook leaves {reserve} of an objective of {recovery.rto}",
            "shorten them, or raise rto",
        )
    for name in recovery.minimum:
        if name not in environment.services:
            yield unknown(("recovery", "minimum", name), "missing-service", "service", name, environment.services)


def copies_can_turn(environment: Environment) -> Iterator[Problem]:
    """A store whose copies go one way only is not asked for the other."""
    if environment.recovery is None or not environment.recovery.reversed:
        return
    for name, store in stores_of(environment).items():
        if not store.turns_round:
            what = f"asks {name} to copy to {environment.recovery.peer}, and its engine copies one way only"
            yield ("recovery", "reversed"), "one-way-copies", what, f"rebuild {name} by hand, and leave it out"


def minimum_runs_something(environment: Environment) -> Iterator[Problem]:
    """A least number of replicas is at least one."""
    recovery = environment.recovery
    for name, least in recovery.minimum.items() if recovery is not None else ():
        if least < 1:
            yield ("recovery", "minimum", name), "no-replica", f"{least} runs nothing", "write 1 or more"


def recovery_disagreements(environment: Environment) -> Iterator[Problem]:
    """What this side says of recovery and the other side does not."""
    recovery, peer = environment.recovery, environment.peer_environment
    if recovery is None or peer is None:
        return
    path: YamlPath = ("recovery", "peer")
    if peer.recovery is None or peer.recovery.peer != environment.environment:
        what = f"{peer.environment} does not name {environment.environment} as its peer"
        yield path, "one-sided-recovery", what, f"write recovery.peer: {environment.environment} there"
        return
    if peer.recovery.role == recovery.role:
        what = f"{peer.environment} is {recovery.role} too"
        yield ("recovery", "role"), "same-role", what, "make one primary and the other standby"
    if peer.region == environment.region:
        what = f"{peer.environment} stands in {peer.region} too, and would go with it"
        yield path, "same-region", what, "put the standby into another region"
    if recovery.stands_in:
        yield from _exposure_disagreements(environment, peer)
        yield from _limit_disagreements(environment, peer)
    for store in stores_of(environment).values():
        yield from store.disagreements(peer)


def _limit_disagreements(standby: Environment, peer: Environment) -> Iterator[Problem]:
    """What bounds a namespace of the peer bounds the one that takes over from it."""
    for name, namespace in peer.namespaces.items():
        own = standby.namespaces.get(name)
        for word in ("quota", "container_limits"):
            if own is not None and getattr(namespace, word) is not None and getattr(own, word) is None:
                what = f"has no {word}, which {peer.environment} has"
                yield ("namespaces", name), "standby-unbounded", what, f"write {word} here too"


def _exposure_disagreements(standby: Environment, peer: Environment) -> Iterator[Problem]:
    """Whoever calls the peer by a public name and path finds the same service behind it in the standby."""
    hosts = standby.public_hosts
    for host, exposed in peer.public_hosts.items():
        if standby.ingress is None:
            what = f"{peer.environment} serves {host}, and nothing here would bring its requests in"
            yield ("recovery", "peer"), "standby-exposes-less", what, f"write ingress.type: {_type(peer)}"
        elif host not in hosts:
            name = next(name for name, known in peer.hosts.items() if known == host)
            what = f"{peer.environment} serves {host}, which nothing here answers to"
            path: YamlPath = ("hosts",) if standby.hosts else ("expose",)
            advice = f"write `hosts: {{{name}: {host}}}`" if standby.hosts else f"write expose.{name} here too"
            yield path, "standby-exposes-less", what, advice
        elif hosts[host].routes != exposed.routes:
            name = next(name for name, known in standby.expose.items() if known == hosts[host])
            what = f"leads elsewhere than in {peer.environment}"
            yield ("expose", name, "routes"), "standby-exposes-less", what, "write the routes once, in system.yaml"


def _type(environment: Environment) -> str:
    return environment.ingress.type if environment.ingress is not None else ""


RECOVERY_RULES = (
    failover_fits,
    copies_can_turn,
    minimum_runs_something,
)
