"""What is closed to others, and what others cannot read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from groundplan.checks.effects import table
from groundplan.checks.exposure.facts import Setting, facts
from groundplan.checks.instances import owner_of
from groundplan.checks.inventory import Object
from groundplan.checks.reachability.network import Block, Direction
from groundplan.checks.reachability.pods import Pods
from groundplan.requirements.relations.asked import Asked, current

ANYBODY = Block("198.51.100.7/32", "anybody", is_public=True)
"""An address that nobody declares."""

WAYS: tuple[Direction, ...] = ("ingress", "egress")

MAIL = 25
"""A port that nobody here sends to."""

OPENING, READING = ("public", "keys"), ("tls", "encryption")


def closed(name: str) -> bool:
    """Whether what a cloud rents out is closed to the Internet and to keys that anybody may carry off.

    `name` is the rented resource, or the component all of whose resources are meant; which settings close a kind is in
    `closed.yaml`.
    """
    return _set(current(), name, OPENING)


def encrypted(name: str) -> bool:
    """Whether what a cloud rents out speaks TLS 1.2 or later, and keeps what it holds encrypted."""
    return _set(current(), name, READING)


def _set(asked: Asked, name: str, rules: Sequence[str]) -> bool:
    objects = asked.ground.world.within(asked.ground.scope)
    found = [item for item in objects if name in (item.name, item.component) and item.tree == "dist"]
    judged: set[Object] = set()
    for rule, setting in facts().settings:
        for item in found if rule in rules else ():
            if setting.of != f"{item.group}/{item.kind}":
                continue
            judged.add(item)
            if setting.unless and _values(item.document, setting.unless):
                asked.through(item, f"moot {setting.unless}")
                continue
            asked.through(item, f"setting {setting.field}")
            values = _values(item.document, setting.field)
            if not values or not all(_is_right(setting, value) for value in values):
                return asked.no(f"{item} says {setting.field}: {values[0] if values else 'nothing'}")
    for item in judged if len(judged) == 1 else ():
        asked.through(item, "sole")
    return bool(judged) or asked.no(f"nothing of {name} says how closed it is")


def _is_right(setting: Setting, value: Any) -> bool:
    return value not in (None, "", [], {}) if setting.is_ == "any" else value in setting.is_


def _values(document: Any, path: str) -> list[Any]:
    found = [document]
    for step in path.split("."):
        found = [value for one in found for value in _below(one, step)]
    return found


def _below(value: Any, step: str) -> Iterator[Any]:
    if step == "*":
        yield from value if isinstance(value, list) else ()
    elif isinstance(value, Mapping) and step in value:
        yield value[step]


def isolated(workload: str) -> bool:
    """Whether pods of a workload or database exchange packets with nobody that no policy names, and policies are enforced."""
    asked = current()
    ground = asked.ground
    found = [
        pods
        for pods in ground.cluster.pods
        if pods.namespace == ground.environment.namespace
        and workload in (pods.name, (owner_of(pods.labels) or ("", ""))[1])
    ]
    stranger = Pods("stranger", {"app": "stranger"}, "stranger")
    if not found:
        return asked.no(f"there are no pods of {workload} in {ground.scope}")
    for pods in found:
        for direction in WAYS:
            isolating = ground.policies.of(pods, direction)
            if not isolating:
                return asked.no(f"no policy isolates {pods} ({direction})")
            for policy in isolating:
                asked.through(policy, f"opening {direction}")
        for other in (ANYBODY, stranger):
            for port in pods.ports.values():
                if not ground.policies.refusing(other, pods, port, "TCP"):
                    return asked.no(f"{other} gets to {pods} on port {port}")
            if not ground.policies.refusing(pods, other, MAIL, "TCP"):
                return asked.no(f"{pods} get to {other}")
    return _enforced(asked)


def _enforced(asked: Asked) -> bool:
    """Whether the cluster's network does what policies say, by the setting of whoever runs it, or by what brings the network.

    Of a kind that is `among` others of its kind, such as one release among many, only the one that says so counts.
    """
    known = table("enforcing.yaml")
    for item in asked.ground.world.within(*asked.ground.scopes):
        told = known.get(f"{item.group}/{item.kind}")
        if told is None or told.get("named") not in (None, item.spec.get("name")):
            continue
        values = [str(value).replace(" ", "") for value in _values(item.document, told["field"])]
        good = any(word in value for value in values for word in told["says"])
        if not good and told.get("among"):
            continue
        asked.through(item, f"enforcing {told['field']}")
        return good or asked.no(f"{item} enforces no policies")
    return asked.no(f"nothing says that {asked.ground.place.name} enforces policies")
