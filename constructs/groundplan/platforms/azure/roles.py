"""What an identity may do: what the chapter says, and what follows from whom its services call and from backups."""

from __future__ import annotations

from groundplan.facts.actors import actors
from groundplan.model.environment import Environment
from groundplan.platforms.azure.chapter import AzureIdentity
from groundplan.platforms.azure.ids import AUTOSCALER, BACKUPS, identities_of
from groundplan.platforms.azure.scaling import asked_by_autoscaler

BROKER = ("bus-send", "bus-receive")
"""Roles at a broker. Whoever calls it has both, unless the chapter says which."""

INSIGHTS = "applicationinsights.azure.com"
"""What the hosts that take in telemetry end with."""


def broker_roles(environment: Environment, name: str, identity: AzureIdentity, broker: str) -> tuple[str, ...]:
    """Roles of the identity `name` at the entry `broker` of the data chapter."""
    written = tuple(role for role in identity.roles if role in BROKER)
    calls_it = any(actor.identity == name and broker in actor.calls for actor in actors(environment))
    return written or (BROKER if calls_it else ())


def roles_at_broker(environment: Environment, broker: str) -> dict[str, tuple[str, ...]]:
    """Each identity to its roles at the entry `broker` of the data chapter.

    Seeing how much waits takes the right to receive: no smaller built-in role holds it.
    """
    identities = identities_of(environment).items()
    roles = {name: broker_roles(environment, name, identity, broker) for name, identity in identities}
    return roles | ({AUTOSCALER: ("bus-receive",)} if asked_by_autoscaler(environment, broker) else {})


def other_roles(environment: Environment, name: str, identity: AzureIdentity) -> tuple[str, ...]:
    """Roles of the identity `name` at everything but brokers."""
    written = tuple(role for role in identity.roles if role not in BROKER)
    publishes = ("metrics-publish",) if _sends_telemetry(environment, name) else ()
    return (*written, *publishes, *(("blob-write",) if name == BACKUPS else ()))


def _sends_telemetry(environment: Environment, name: str) -> bool:
    """Whether a service calls Application Insights, which knows it by this identity."""
    calls = (call for actor in actors(environment) if actor.identity == name for call in actor.calls)
    return any(call.partition(":")[0].endswith(INSIGHTS) for call in calls)
