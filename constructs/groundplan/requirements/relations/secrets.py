"""Secrets on their way: from the vault, by a store that may read it, into a variable of a pod."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from groundplan.checks.credentials.chain import drawn
from groundplan.checks.credentials.world import ESO, made_by
from groundplan.checks.identity.landscape import containers
from groundplan.checks.inventory import Object
from groundplan.checks.reachability.pods import Pods
from groundplan.layout import docs_dir
from groundplan.requirements.relations.asked import Asked, current
from groundplan.requirements.relations.evidence import Login, clouds, store_kinds
from groundplan.requirements.relations.rights import meets


def supplied(reader: str, variable: str, key: str) -> bool:
    """Whether a variable of a workload's pods holds what lies below a key of the vault.

    The whole way is looked at: the pod's reference, who makes that key of the Secret from which key of the vault, that the
    vault and the key in it are rendered, and that the store's identity may read it and is trusted to.
    """
    asked = current()
    for pods in asked.workloads(reader, f"reader {variable}"):
        for secret, part in _references(asked, pods.template, pods.namespace, variable):
            maker = _maker(asked, pods.namespace, secret, part)
            if maker is not None:
                return _draws(asked, maker, part, key)
    return asked.no(f"no Secret gives {reader} {variable}")


def made(asked: Asked, namespace: str, secret: str, part: str) -> bool | None:
    """Whether whoever makes a Secret, with that key where one is named, can; None where nobody rendered makes it."""
    makers = [
        one
        for item in asked.ground.cluster.of_kind(ESO, "ExternalSecret")
        if item.namespace == namespace
        for one in made_by(item)
        if one.name == secret
    ]
    if not makers:
        return None
    fitting = next((one.item for one in makers if not part or part in one.keys), None)
    if fitting is None:
        return asked.no(f"nothing makes key {part} of {secret}")
    asked.through(fitting, "made")
    return _chain(asked.aside(), fitting)


def _references(asked: Asked, template: Mapping[str, Any], namespace: str, variable: str) -> Iterator[tuple[str, str]]:
    """Secret and key that a variable is read from; a whole Secret gives a variable for each of its keys."""
    for container in containers(template):
        for entry in container.get("env", []):
            reference = (entry.get("valueFrom") or {}).get("secretKeyRef")
            if entry["name"] == variable and reference is not None:
                yield str(reference["name"]), str(reference["key"])
        for entry in container.get("envFrom", []):
            if "secretRef" in entry:
                yield str(entry["secretRef"]["name"]), variable.removeprefix(entry.get("prefix", ""))


def _maker(asked: Asked, namespace: str, secret: str, part: str) -> Object | None:
    found = (
        made.item
        for item in asked.ground.cluster.of_kind(ESO, "ExternalSecret")
        if item.namespace == namespace
        for made in made_by(item)
        if made.name == secret and part in made.keys
    )
    return next(found, None)


def _draws(asked: Asked, maker: Object, part: str, key: str) -> bool:
    for entry in maker.spec.get("data") or []:
        if entry.get("secretKey") == part:
            found = str((entry.get("remoteRef") or {}).get("key"))
            return (found == key or asked.no(f"{maker} draws {part} from {found}")) and _chain(asked, maker, key)
    return asked.no(f"{maker} draws no {part}")


def _chain(asked: Asked, maker: Object, key: str = "") -> bool:
    """From the vault to whoever makes the Secret."""
    ground = asked.ground
    asked.through(maker, f"drawn {key}" if key else "made")
    reference = maker.spec.get("secretStoreRef") or {}
    generators = [
        (entry.get("sourceRef") or {}).get("generatorRef") or {} for entry in maker.spec.get("dataFrom") or []
    ]
    if not reference and any(generators):
        return all(_generates(asked, maker, generator) for generator in generators)
    place = (ESO, str(reference.get("kind", "SecretStore")), maker.namespace, str(reference.get("name", "")))
    store = ground.world.find(maker.cluster, *place)
    if store is None:
        return asked.no(f"{maker} draws from a store that is not there")
    asked.through(store, "store")
    gap = next(drawn(ground.inventory, maker), None)
    if gap is not None:
        return asked.no(f"{maker} {gap.message}")
    for item in _kept(asked, store, key):
        asked.through(item, "kept")
    needs = [
        need
        for some in ground.rights.book.needs.values()
        for need in some
        if need.item is store or (need.item is maker and (not key or any(key in where for where in need.on)))
    ]
    return meets(asked, needs) if needs else asked.no(f"nobody knows who reads {store}")


def _generates(asked: Asked, maker: Object, generator: Mapping[str, Any]) -> bool:
    """Whether what makes values up is there."""
    group = str(generator.get("apiVersion", "")).partition("/")[0]
    place = (group, str(generator.get("kind", "")), maker.namespace, str(generator.get("name", "")))
    found = asked.ground.world.find(maker.cluster, *place)
    asked.through(found, "generates")
    return found is not None or asked.no(f"{maker} takes values from a generator that is not there")


def _kept(asked: Asked, store: Object, key: str) -> list[Object]:
    """The one object that a value lies in: the vault of a store, or the key where a vault knows each by an object."""
    told = {str(value) for entry in (store.spec.get("provider") or {}).values() for value in entry.values()}
    hosts = {(urlsplit(value).hostname or "").partition(".")[0] for value in told} - {""}
    found = [one for cloud in clouds() for one in cloud.holding(asked, hosts, key) if one.system == store.system]
    return found if len(found) == 1 else []


def signs_in(service: str, database: str) -> bool:
    """Whether a service gets into a database that its pods' cluster runs: the same user, password and name on both sides.

    The user is who owns the database, which the system's page about secrets says beside the key it is kept below.
    """
    asked = current()
    found, login = _owned(asked, database)
    if found is None or login is None:
        return asked.no(f"there is no database {database} in {asked.ground.scope}")
    asked.through(found, "owned")
    keys = _remote(asked, found.namespace, login.secret, ("username", "password"))
    if len(keys) != 2:
        return asked.no(f"nothing brings {found} the name and the password of its owner")
    page = asked.ground.world.page(docs_dir(asked.ground.environment.system) / "secrets.md") or ""
    if f"`{keys['username']}` is `{login.owner}`" not in page:
        return asked.no(f"no page says that {keys['username']} is {login.owner}")
    for pods in asked.workloads(service):
        read = {
            key
            for secret, part in _all_references(asked, pods)
            for key in _remote(asked, pods.namespace, secret, (part,)).values()
        }
        if not set(keys.values()) <= read:
            return asked.no(f"{service} is not given what {found} lets its owner in by")
        if login.database not in _words(asked, pods):
            return asked.no(f"nothing tells {service} of the database {login.database}")
        return True
    return asked.no(f"there is no workload {service}")


def _owned(asked: Asked, database: str) -> tuple[Object | None, Login | None]:
    """A database that pods run, and whom it lets in as its owner."""
    for kind, engine in store_kinds().items():
        for item in asked.ground.world.of(*kind, asked.ground.scope):
            if item.component == database and (login := engine.login(item)) is not None:
                return item, login
    return None, None


def _remote(asked: Asked, namespace: str, secret: str, parts: Iterable[str]) -> dict[str, str]:
    """Keys of the vault that parts of a Secret are drawn from."""
    found: dict[str, str] = {}
    for part in parts:
        maker = _maker(asked, namespace, secret, part)
        for entry in maker.spec.get("data") or () if maker is not None else ():
            if entry.get("secretKey") == part:
                found[part] = str((entry.get("remoteRef") or {}).get("key"))
    return found


def _all_references(asked: Asked, pods: Pods) -> Iterator[tuple[str, str]]:
    """Every Secret and key that the containers of pods read."""
    for container in containers(pods.template):
        for entry in container.get("env", []):
            reference = (entry.get("valueFrom") or {}).get("secretKeyRef")
            if reference is not None:
                yield str(reference["name"]), str(reference["key"])
        for entry in container.get("envFrom", []):
            name = str((entry.get("secretRef") or {}).get("name"))
            for item in asked.ground.cluster.of_kind(ESO, "ExternalSecret"):
                if item.namespace == pods.namespace:
                    yield from ((name, part) for one in made_by(item) if one.name == name for part in one.keys)


def _words(asked: Asked, pods: Pods) -> set[str]:
    """Values that the containers of pods are told, and the last part of each address among them."""
    told: set[str] = set()
    for container in containers(pods.template):
        told |= {str(entry.get("value")) for entry in container.get("env", [])}
        for entry in container.get("envFrom", []):
            name = str((entry.get("configMapRef") or {}).get("name"))
            item = asked.ground.cluster.config_map(pods.namespace, name)
            told |= {str(value) for value in (item.document.get("data") or {}).values()} if item is not None else set()
    return told | {value.partition("?")[0].rpartition("/")[2] for value in told}
