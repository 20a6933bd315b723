"""From the vault to the reader: keys that exist there, Secrets that somebody reads, one maker each, of the right shape."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from groundplan.checks.credentials.vaults import provider_of, vaults
from groundplan.checks.credentials.world import ESO, EVERY, Made, told_with
from groundplan.checks.inventory import Inventory, Object
from groundplan.errors import Finding

SHAPES: Mapping[str, frozenset[str]] = {
    "kubernetes.io/basic-auth": frozenset({"username", "password"}),
    "kubernetes.io/dockerconfigjson": frozenset({".dockerconfigjson"}),
    "kubernetes.io/ssh-auth": frozenset({"ssh-privatekey"}),
    "kubernetes.io/tls": frozenset({"tls.crt", "tls.key"}),
}
"""Keys that the API server, or whoever reads it, wants of a type of Secret.

See https://kubernetes.io/docs/concepts/configuration/secret/#secret-types .
"""


def unread(inventory: Inventory, made: Made, read: set[str] | None) -> Iterator[Finding]:
    """What is fetched or made, and nobody reads."""
    if read is None:
        message = f"makes Secret {made.namespace}/{made.name}, which nothing there reads"
        advice = "remove it, or read it where it is needed: it is one more copy that leaks"
        yield inventory.finding(made.item, ("spec",), "credentials.unread", message, advice)
    elif EVERY not in read:
        for key, field in made.keys.items():
            if key not in read:
                message = f"brings key `{key}` of Secret {made.namespace}/{made.name}, which nothing reads"
                yield inventory.finding(made.item, field, "credentials.unread", message, "remove the key")


def unmade(inventory: Inventory, item: Object, made: Iterable[Made]) -> Iterator[Finding]:
    """Keys that a controller of notifications signs in with, and that nothing brings to where it looks."""
    for (namespace, name), keys in told_with(item).items():
        there = {key for one in made if (one.namespace, one.name) == (namespace, name) for key in one.keys}
        for key, field in keys.items():
            if key not in there:
                message = f"signs in with key `{key}` of Secret {namespace}/{name}, which nothing brings"
                yield inventory.finding(item, field, "credentials.unmade", message, "draw the key from the vault there")


def twice(inventory: Inventory, made: list[Made]) -> Iterator[Finding]:
    """A Secret of two makers, who overwrite each other for ever."""
    first: dict[tuple[str, str, str], Made] = {}
    for one in made:
        place = (one.item.cluster, one.namespace, one.name)
        other = first.setdefault(place, one)
        if other is not one:
            message = f"makes Secret {one.namespace}/{one.name}, as {other.item} ({other.item.path}) does"
            yield inventory.finding(one.item, ("spec",), "credentials.two-makers", message, "leave it to one of them")


def shape(inventory: Inventory, made: Made) -> Iterator[Finding]:
    """A Secret whose type wants keys that it does not get."""
    template = (made.item.spec.get("target") or {}).get("template") or made.item.spec.get("template") or {}
    missing = sorted(SHAPES.get(str(template.get("type")), frozenset()) - set(made.keys))
    if missing and made.keys:
        message = f"is of type {template['type']} and gets no {' and no '.join(missing)}"
        yield inventory.finding(made.item, ("spec",), "credentials.shape", message, "add the keys, or change the type")


def drawn(inventory: Inventory, item: Object) -> Iterator[Finding]:
    """An ExternalSecret whose store leads nowhere, or whose keys nobody makes, or that never looks again."""
    generated = bool(item.spec.get("dataFrom")) and not item.spec.get("data")
    if not generated and str(item.spec.get("refreshInterval", "1h")) in ("0", "0s"):
        message = "draws its values once: a rotated value never arrives"
        yield inventory.finding(item, ("spec", "refreshInterval"), "credentials.refresh", message, "write 1h")
    reference = item.spec.get("secretStoreRef") or {}
    store = inventory.find(
        item.cluster, ESO, str(reference.get("kind", "SecretStore")), item.namespace, str(reference.get("name", ""))
    )
    if store is not None:
        for vault in vaults():
            yield from vault.gaps(inventory, item, provider_of(store))
