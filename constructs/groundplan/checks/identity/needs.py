"""What follows from the environments and from what pods run, whichever cloud is below: callers, autoscalers, scripts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from groundplan.checks.identity.cloud import HolderOf
from groundplan.checks.identity.facts import Command, facts
from groundplan.checks.identity.landscape import Landscape, account_of, scripts
from groundplan.checks.identity.rights import Account, Need
from groundplan.checks.inventory import Object
from groundplan.facts.actors import actors


def called(land: Landscape, holder_of: HolderOf) -> Iterator[Need]:
    """Services use the rented stores and the hosts of the cloud that they call by their identity."""
    for scope, environment in land.context.environments.items():
        rented = _rented(land, scope)
        for actor in actors(environment):
            if actor.identity is None:
                continue
            account, where = (environment.namespace, actor.account), f"{actor.chapter}.{actor.name}"
            for store in actor.calls:
                for item in rented.get(store, ()):
                    yield from _of_caller(land, scope, account, where, store, item, holder_of)
                yield from _of_host(land, scope, account, where, store, holder_of)


def _of_caller(
    land: Landscape, scope: str, account: Account, where: str, store: str, item: Object, holder_of: HolderOf
) -> Iterator[Need]:
    holder = holder_of(land.cluster_of(scope), account)
    why = f"`{store}` is among {where}.calls"
    for deed in facts().called[f"{item.group}/{item.kind}"]:
        own = f"{item.path} {where.rpartition('.')[2]}"
        yield Need(holder, deed, land.places(item), why, item, ("spec",), account, instead=own)


def _of_host(
    land: Landscape, scope: str, account: Account, where: str, call: str, holder_of: HolderOf
) -> Iterator[Need]:
    """A host of the cloud that knows its callers by their identity, where its resource is rented here."""
    host = call.partition(":")[0]
    for ending, deed in facts().hosts.items():
        for of in facts().done_with[deed] if host.endswith(f".{ending}") else ():
            group, _, kind = of.rpartition("/")
            for item in (known for known in land.of(group, kind) if known.scope == scope):
                holder = holder_of(land.cluster_of(scope), account)
                why = f"`{call}` is among {where}.calls"
                yield Need(holder, deed, land.places(item), why, item, ("spec",), account)


def counted(land: Landscape, holder_of: HolderOf) -> Iterator[Need]:
    """Autoscalers see how much waits in the queues that services follow, also where those wait at zero."""
    for scope, environment in land.context.environments.items():
        followed = {
            queue
            for service in environment.services.values()
            for queue in (service.scaling.queues if service.scaling is not None else ())
        }
        for store, items in _rented(land, scope).items():
            declared = getattr(environment.data.get(store), "queues", ())
            for known in facts().triggers.values() if followed & set(declared) else ():
                account = (known.namespace, known.account)
                for item in items:
                    why = f"a service follows a queue of `{store}`"
                    holder = holder_of(land.cluster_of(scope), account)
                    yield Need(holder, known.deed, land.places(item), why, item, ("spec",), account, required=False)


def _rented(land: Landscape, scope: str) -> Mapping[str, list[Object]]:
    """Rented resources that callers need a right for, by the entry of the data chapter whose folder they lie in."""
    found: dict[str, list[Object]] = {}
    for kind in facts().called:
        group, _, name = kind.rpartition("/")
        for item in land.of(group, name):
            if item.scope == scope:
                found.setdefault(item.component, []).append(item)
    return found


def scripted(land: Landscape, holder_of: HolderOf) -> Iterator[Need]:
    """What the scripts of pods do with object stores."""
    for item, template in land.pods:
        account = account_of(item, template)
        for command, match in _commands(scripts(template)):
            where = _where(land, command, match.groupdict())
            why = f"{item} runs `{match[0].split(' --')[0].strip()}`"
            yield Need(holder_of(item.cluster, account), command.deed, where, why, item, ("spec",), account)


@lru_cache(maxsize=4096)
def _commands(told: str) -> tuple[tuple[Command, re.Match[str]], ...]:
    """What a pod's script does with object stores; the same scripts are read again in every broken tree."""
    if not any(command.tool in told for command in facts().commands):
        return ()
    text = re.sub(r" +", " ", told.replace("\\\n", " "))
    return tuple((command, match) for command in facts().commands for match in re.finditer(command.says, text))


def _where(land: Landscape, command: Command, words: Mapping[str, Any]) -> tuple[str, ...]:
    name = command.name.format(**words)
    group, _, kind = command.of.rpartition("/")
    item = land.named(group, kind, name) if command.of else None
    return land.places(item) if item is not None else (name,)
