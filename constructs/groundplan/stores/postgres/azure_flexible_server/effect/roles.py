"""What whoever logs in to a Flexible Server may do there: who makes the role, who binds it, and what it is granted in effect.

A grant on a database, or on its schema, has an effect only where it comes from the owner: the administrator that the server
was made with. PostgreSQL warns of any other and goes on.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from groundplan.checks.documents.options import options
from groundplan.checks.documents.pages import Page, read_pages
from groundplan.checks.documents.workflows import workflows_of
from groundplan.checks.identity.landscape import Landscape
from groundplan.checks.inventory import Object
from groundplan.errors import Finding
from groundplan.facts.actors import actors
from groundplan.model.environment import Environment

SERVER = ("dbforpostgresql.azure.com", "FlexibleServer")
IDENTITY = ("managedidentity.azure.com", "UserAssignedIdentity")
PAGE = "azure-steps.md"
HOST = ".postgres.database.azure.com"
BIND = "security label for pgaadauth on role"

_FILE = re.compile(r"^-- (\S+\.sql)\n((?:(?!^-- |^```).*\n)*)", re.MULTILINE)
_PLACE = re.compile(r"\b(host|dbname|user)=(\S+)")
_NAME = r'"?(?P<role>[^"\s;\']+)"?'
_MADE = re.compile(rf"create role {_NAME}", re.IGNORECASE)
_SCHEMA = re.compile(rf"grant (?P<what>[\w ,]+?) on schema public to {_NAME}", re.IGNORECASE)
_MEMBER = re.compile(r'grant "?(?P<group>[^"\s;]+)"? to "?(?P<member>[^"\s;]+)"?', re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Session:
    """A login to a server, and what is typed there."""

    host: str
    """The server."""

    database: str
    """The database."""

    user: str
    """Who."""

    text: str
    """Statements."""


def lacking(land: Landscape) -> Iterator[Finding]:
    """Roles that nobody makes or binds, that may not make tables, or that may not read what they have to dump."""
    sessions: dict[str, list[Session]] = {}
    for scope, environment in land.context.environments.items():
        for server in land.of(*SERVER):
            leads = server.scope == scope and server.spec.get("createMode") == "Default"
            if leads and server.component in environment.data:
                if environment.system not in sessions:
                    sessions[environment.system] = list(_sessions(land, environment.system))
                yield from _judged(land, environment, server, sessions[environment.system])


def _judged(land: Landscape, environment: Environment, server: Object, sessions: list[Session]) -> Iterator[Finding]:
    entry = environment.data[server.component]
    database, owner = str(getattr(entry, "database", "")), str(getattr(entry, "owner", ""))
    here = [one for one in sessions if one.host == f"{server.spec.get('azureName')}{HOST}"]
    own = [one.text for one in here if (one.database, one.user) == (database, server.spec.get("administratorLogin"))]
    text = "\n".join(own)
    made = {match["role"] for match in _MADE.finditer(text)}
    making = {match["role"] for match in _SCHEMA.finditer(text) if {"create", "all"} & set(_words(match["what"]))}
    bound = "\n".join(one.text for one in here)
    known = _callers(land, environment, server.component)
    for role, why in {**known, owner: f"the role `{owner}` of data.{server.component}"}.items():
        if role not in made:
            yield _finding(land, server, why, f"logs in as `{role}`, which nobody makes on the server")
        elif role not in making:
            what = f"logs in as `{role}`, which may not make a table: nobody who owns the database lets it"
            yield _finding(land, server, why, what)
        if role in known and f'{BIND} "{role}"' not in bound:
            yield _finding(land, server, why, f"logs in as `{role}`, which nobody binds to its identity")
    members = {(match["group"], match["member"]) for match in _MEMBER.finditer(text)}
    for role in known if getattr(entry, "dump", None) is not None else ():
        if (role, owner) not in members:
            why = f"data.{server.component}.dump"
            yield _finding(land, server, why, f"logs in as `{owner}`, which may not read the tables of `{role}`")


def _words(text: str) -> Iterable[str]:
    return text.lower().replace(",", " ").split()


def _finding(land: Landscape, server: Object, why: str, message: str) -> Finding:
    advice = f"have the administrator of the server grant it, in the statements of {PAGE}"
    return land.inventory.finding(server, ("spec",), "identity.database", f"{why} {message}", advice)


def _callers(land: Landscape, environment: Environment, store: str) -> Mapping[str, str]:
    """What Azure calls the identities that log in, each with a caller of it."""
    calling = {
        f"system:serviceaccount:{environment.namespace}:{actor.account}": f"{actor.chapter}.{actor.name}"
        for actor in actors(environment)
        if actor.identity is not None and store in actor.calls
    }
    found: dict[str, str] = {}
    for item in land.of("managedidentity.azure.com", "FederatedIdentityCredential"):
        why = calling.get(str(item.spec.get("subject")))
        if why is not None and item.scope == f"{environment.system}/{environment.environment}":
            identity = land.refers(item, item.spec.get("owner") or {}, *IDENTITY)
            if identity is not None:
                found.setdefault(str(identity.spec.get("azureName")), why)
    return found


def _sessions(land: Landscape, system: str) -> Iterator[Session]:
    for page in read_pages(land.inventory.root, system, frozenset(), PAGE):
        yield from _of_page(page)
    for workflow in workflows_of(land.inventory.root, system):
        for job in workflow.jobs:
            for step in job.document.get("steps", ()):
                known = step.get("env") or {}
                if BIND in str(step.get("run", "")) and "PGHOST" in known:
                    text = str(step["run"]).replace(':"identity"', f'"{known.get("IDENTITY")}"')
                    yield Session(str(known["PGHOST"]), "", "", text)


def _of_page(page: Page) -> Iterator[Session]:
    files = {match[1]: match[2] for match in _FILE.finditer(page.text)}
    for command in page.commands:
        if command.tool == "psql":
            place = dict(_PLACE.findall(" ".join(command.words)))
            given = options(command.words)
            text = "\n".join([*given.flags.get("--command", ()), files.get(str(given.value("--file")), "")])
            yield Session(place.get("host", ""), place.get("dbname", ""), place.get("user", ""), text)
