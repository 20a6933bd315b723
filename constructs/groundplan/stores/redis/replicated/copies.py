"""How a replicated Redis is copied, and how a copy proves that it restores."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from groundplan.model.values import quantity
from groundplan.shell import script
from groundplan.stores.answers import Json
from groundplan.stores.backup_job import Step
from groundplan.stores.redis.replicated.words import SCRIPTS, members_service, password

if TYPE_CHECKING:
    from groundplan.stores.redis.replicated.store import AnyReplicated

MIB, GIB = 2**20, 2**30
SPARE = 128
"""Mebibytes that a scratch server takes beside its data."""


def steps(store: AnyReplicated) -> tuple[Step, Step]:
    """One archive with a file of each set of servers, and a scratch server that reads all of them."""
    image = store.environment.upstream_image(store.settings.image)
    sets = {"name": "SETS", "value": " ".join(members.name for members in store.member_sets())}
    ca = {"name": "CA", "valueFrom": {"secretKeyRef": {"name": store.authority.secret, "key": store.authority.key}}}
    environment: list[Json] = [
        ca,
        sets,
        {"name": "MEMBERS", "value": " ".join(_members(store))},
        {"name": "PORT", "value": str(store.settings.port)},
        {"name": "STORE_URL", "value": store.url() or ""},
        {"name": "REDISCLI_AUTH", "valueFrom": password(store.name, "backup")},
    ]
    memory = math.ceil(quantity(store.settings.resources.limits.memory) / MIB)
    return (
        Step(name="copy", image=image, script=script(SCRIPTS, "copy"), env=environment),
        Step(
            name="restore-test",
            image=image,
            script=script(SCRIPTS, "restore_test"),
            env=[sets],
            memory=f"{memory + SPARE}Mi",
        ),
    )


def scratch(store: AnyReplicated) -> str:
    """Every file, and the archive of all of them."""
    memory = quantity(store.settings.resources.limits.memory) * len(store.member_sets())
    return f"{math.ceil(2 * memory / GIB)}Gi"


def _members(store: AnyReplicated) -> list[str]:
    domain = f"{members_service(store.name)}.{store.environment.namespace}.svc.cluster.local"
    return [f"{each.name}-{number}.{domain}" for each in store.member_sets() for number in range(each.size)]
