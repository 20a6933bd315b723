"""secrets.md: which secrets exist, where their values live, how they are put there, sealed and rotated."""

from __future__ import annotations

from groundplan.documents.kubectl import kubectl
from groundplan.documents.sealing import sealing
from groundplan.facts.secret_placement import secret_placement
from groundplan.facts.secret_readers import readers_of
from groundplan.facts.system import System
from groundplan.markdown import bullets, document, section, shell, table
from groundplan.model.environment import Environment
from groundplan.model.secrets import Secrets, SecretSource
from groundplan.platforms.pages import pages_of
from groundplan.platforms.registry import platform_of
from groundplan.stores.pages import pages_of_stores
from groundplan.stores.registry import stores_of


def page(system: System) -> str | None:
    """The whole page; none where there are no secrets."""
    primary = system.primary
    chapter = primary.secrets
    if chapter is None:
        return None
    fetched = any(source.keys for source in chapter.entries.values())
    return document(
        f"{primary.title}: secrets",
        "No value is ever in Git, in a pipeline's log or in these pages; here is where each one lives.",
        section("What exists", table(["Secret", "Key", "Value lives in", "Read by"], _rows(primary, chapter))),
        *_others(system, chapter),
        *([section("Put or change a value", *_put(system, chapter))] if fetched else []),
        section("Seal a value", *sealing(system, chapter)),
        section("Rotate", *(_rotate(primary, chapter) if fetched else _make_again(primary))),
    )


def _rows(environment: Environment, chapter: Secrets) -> list[tuple[str, str, str, str]]:
    return [
        (name, key, where, ", ".join(readers_of(environment, name)) or "nothing that is rendered")
        for name, source in chapter.entries.items()
        for key, where in _places(environment, source)
    ]


def _others(system: System, chapter: Secrets) -> list[str]:
    """Values that other environments read under names of their own; somebody puts each of them there too."""
    known = {remote for source in chapter.entries.values() for remote in source.keys.values()}
    rows = {
        (item.environment, name, key, f"{platform_of(item).vault}: `{remote}`"): None
        for item in system.in_order
        for entries in secret_placement(item).values()
        for name, source in entries.items()
        for key, remote in source.keys.items()
        if remote not in known
    }
    if not rows:
        return []
    return [section("What other environments read", table(["Environment", "Secret", "Key", "Value lives in"], [*rows]))]


def _places(environment: Environment, source: SecretSource) -> list[tuple[str, str]]:
    if source.generated:
        return [("all that are read", "the cluster alone, which made them at random")]
    if source.sealed:
        return [(key, "Git, sealed") for key in source.sealed_values] or [("none yet", "to be sealed")]
    return [(key, f"{platform_of(environment).vault}: `{remote}`") for key, remote in source.keys.items()]


def _put(system: System, chapter: Secrets) -> list[str]:
    """Every key of every environment, each once: environments may share a store, or keys in it."""
    told: set[str] = set()
    blocks: list[str] = []
    for environment in system.in_order:
        home = pages_of(environment)
        keys = [key for key in _keys(environment) if not (home.copies_secrets and key in told)]
        told.update(keys)
        new = [line for key in keys if (line := home.put_secret(environment, key))]
        if new:
            blocks += [f"For `{environment.environment}`:", shell(*new)]
    return [
        "A value is pasted and ended with Ctrl-D twice, without a line break; so it is in no history and no process list. "
        "Whoever administers the platform may do so:",
        *blocks,
        *_owners(system),
        f"The cluster reads it again within {chapter.store.refresh}; {pages_of(system.primary).other_stores()}.",
    ]


def _keys(environment: Environment) -> list[str]:
    """Keys of the vault that some Secret of the environment is drawn from."""
    placed = (source for entries in secret_placement(environment).values() for source in entries.values())
    return sorted({remote.partition("#")[0] for source in placed for remote in source.keys.values()})


def _username(environment: Environment, secret: str | None) -> str | None:
    """Key of the vault that a database's user name is drawn from; none where it is not drawn."""
    entries = environment.secrets.entries if environment.secrets is not None else {}
    return entries[secret].keys.get("username") if secret in entries else None


def _owners(system: System) -> list[str]:
    """A database refuses an owner of another name than its own, whatever is in the vault."""
    names = {
        (username, owner)
        for environment in system.in_order
        for name, store in stores_of(environment).items()
        if (username := _username(environment, store.credentials))
        and (owner := getattr(environment.data[name], "owner", None))
    }
    return [
        f"`{key}` is `{owner}`: the database lets its owner in by that name alone."
        for key, owner in sorted(names)
        if key
    ]


def _rotate(environment: Environment, chapter: Secrets) -> list[str]:
    return [
        *pages_of(environment).rotation(environment),
        bullets(
            [
                "An API key: make the new one with its issuer, put it into the store, restart who reads it, revoke the old one.",
                *_database_passwords(environment),
                "A sealing key: the controller makes a new one every 30 days and keeps the old; seal again at your leisure.",
                "After a leak: revoke first, then rotate; what was in Git once is known for ever.",
            ]
        ),
        f"A running pod keeps the value it started with. {chapter.store.refresh} after the change at the latest:",
        shell(*(f"{kubectl(environment)} {verb} SERVICE" for verb in _restarts(environment))),
    ]


def _make_again(environment: Environment) -> list[str]:
    return [
        "What the cluster generated is made anew once its Secret is gone; a database is told by its operator.",
        shell(
            f"{kubectl(environment)} delete secret SECRET",
            *(f"{kubectl(environment)} {verb} SERVICE" for verb in _restarts(environment)),
        ),
    ]


def _database_passwords(environment: Environment) -> list[str]:
    """What makes a new one hold differs by who runs the database."""
    ways = dict.fromkeys(filter(None, (pages.new_password() for pages in pages_of_stores(environment))))
    return [f"A database password: put it into the store; {way}, then restart who reads it." for way in ways]


def _restarts(environment: Environment) -> list[str]:
    """A Rollout restarts by its own tool."""
    kinds = {service.is_progressive for service in environment.services.values()}
    return ["argo rollouts restart" if progressive else "rollout restart deployment" for progressive in sorted(kinds)]
