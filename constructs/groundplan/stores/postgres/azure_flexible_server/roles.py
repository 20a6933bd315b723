"""What the roles of a Flexible Server may do, as its administrator grants it.

A database that Azure makes belongs to the administrator that the server was made with: what an administrator of the directory
grants on it or on its schema `public` is no error and has no effect. From PostgreSQL 16 on, whoever makes a role decides who
may grant and bind it, and nobody but Azure hands out `pg_read_all_data`. So the administrator makes every role, gives those
who administer the right to bind it, and lets the role that dumps inherit from those whose tables it reads.
See https://www.postgresql.org/docs/16/role-membership.html and https://www.postgresql.org/docs/16/ddl-priv.html .
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from groundplan.platforms.azure.access import callers

if TYPE_CHECKING:
    from groundplan.stores.postgres.azure_flexible_server.store import FlexibleServerStore

ADMINISTRATORS = "azure_pg_admin"
"""Role that every administrator is a member of, whichever way he signs in."""


def roles(store: FlexibleServerStore) -> str:
    """Statements for the administrator; they may be repeated."""
    chapter = store.chapter
    owner, identities = chapter.owner, callers(store.environment, store.name)
    return "\n".join(
        [
            *_made(chapter.database, owner),
            *(line for identity in identities for line in _made(chapter.database, identity)),
            *(f'grant "{identity}" to "{owner}";' for identity in identities),
        ]
    )


def _made(database: str, role: str) -> list[str]:
    """A role that makes tables, as migrations do, and that each region's administrators may bind to its identity."""
    return [
        f"""select 'create role "{role}" login' where not exists (select from pg_roles where rolname = '{role}') \\gexec""",
        f'grant "{role}" to {ADMINISTRATORS} with admin option;',
        f'grant connect, temporary on database "{database}" to "{role}";',
        f'grant usage, create on schema public to "{role}";',
    ]
