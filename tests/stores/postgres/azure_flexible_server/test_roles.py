"""What roles in a Flexible Server may do, read from what people and workflows are told to type there."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from trees import a_context, an_environment, an_object, inventory, put, write

from groundplan.checks.identity import landscape
from groundplan.errors import Finding
from groundplan.stores.postgres.azure_flexible_server.effect.roles import lacking

Json = dict[str, Any]
GUID = "11111111-2222-3333-4444-555555555555"
SMALL = {"requests": {"cpu": "100m", "memory": "64Mi"}, "limits": {"cpu": "200m", "memory": "64Mi"}}
PLACE = "host=pgdb.postgres.database.azure.com dbname"
STATEMENTS = """\
select 'create role "app" login' where not exists (select from pg_roles where rolname = 'app') \\gexec
grant usage, create on schema public to "app";
select 'create role "id-web" login' where not exists (select from pg_roles where rolname = 'id-web') \\gexec
grant usage, create on schema public to "id-web";
grant "id-web" to "app";
"""
BIND = f"""psql "{PLACE}=postgres user=ADMINISTRATORS" --command "security label for pgaadauth on role \\"id-web\\" is 'oid=1'\""""


def a_page(statements: str = STATEMENTS, user: str = "pgadmin", database: str = "app", bind: str = BIND) -> str:
    login = f'psql "{PLACE}={database} user={user} sslmode=require" --file prod.sql'
    return f"# Steps\n\n```sh\n{login}\n{bind}\n```\n\n```sql\n-- prod.sql\n{statements}```\n"


def judged(root: Path, page: str, **entry: Any) -> list[Finding]:
    write(root, "environments/provided.yaml", "always: {}\n")
    write(root, "docs/systems/store/azure-steps.md", page)
    server: Json = {"azureName": "pgdb", "createMode": "Default", "administratorLogin": "pgadmin"}
    put(root, an_object("FlexibleServer", "pgdb", "dbforpostgresql.azure.com/v1", spec=server), component="orders")
    identity = an_object("UserAssignedIdentity", "web", "managedidentity.azure.com/v1", spec={"azureName": "id-web"})
    put(root, identity, component="cloud")
    federation: Json = {"owner": {"name": "web"}, "subject": "system:serviceaccount:shop:web"}
    put(
        root,
        an_object("FederatedIdentityCredential", "web", "managedidentity.azure.com/v1", spec=federation),
        component="cloud",
    )
    azure: Json = {
        "region": "koreacentral",
        "zones": ["1"],
        "subscription": GUID,
        "tenant": GUID,
        "identities": {"web": {}},
    }
    web = {
        "image": "store/web:v1",
        "port": 80,
        "replicas": 2,
        "resources": SMALL,
        "identity": "web",
        "calls": ["orders"],
    }
    orders = {
        "type": "postgres",
        "version": 16,
        "credentials": "orders",
        "engine": {"azure-flexible-server": {"storage": "32Gi"}},
        **entry,
    }
    environment = an_environment(
        namespaces={"shop": {}}, platform={"azure": azure}, services={"web": web}, data={"orders": orders}
    )
    return list(lacking(landscape(inventory(root), a_context(root, environment))))


DUMP = {"schedule": "0 2 * * *", "bucket": "backups"}


def test_roles_that_are_made_bound_and_granted_are_fine(tmp_path: Path) -> None:
    assert judged(tmp_path, a_page(), dump=DUMP) == []


@pytest.mark.parametrize(
    ("page", "message"),
    [
        (a_page(user="ADMINISTRATORS"), "services.web logs in as `id-web`, which nobody makes on the server"),
        (a_page(database="postgres"), "services.web logs in as `id-web`, which nobody makes on the server"),
        (
            a_page(
                STATEMENTS.replace(
                    'usage, create on schema public to "id-web"', 'connect on database "app" to "id-web"'
                )
            ),
            "services.web logs in as `id-web`, which may not make a table: nobody who owns the database lets it",
        ),
        (
            a_page(
                STATEMENTS.replace('usage, create on schema public to "id-web"', 'usage on schema public to "id-web"')
            ),
            "services.web logs in as `id-web`, which may not make a table: nobody who owns the database lets it",
        ),
        (a_page(bind="true"), "services.web logs in as `id-web`, which nobody binds to its identity"),
        (
            a_page(STATEMENTS.replace('grant "id-web" to "app";\n', "")),
            "data.orders.dump logs in as `app`, which may not read the tables of `id-web`",
        ),
    ],
    ids=["not by the owner", "in another database", "may only connect", "may only look", "not bound", "not dumped"],
)
def test_a_role_that_lacks_something_is_found_at_its_server(tmp_path: Path, page: str, message: str) -> None:
    findings = judged(tmp_path, page, dump=DUMP)

    assert message in [finding.message for finding in findings]
    assert {finding.rule for finding in findings} == {"identity.database"}


def test_without_a_dump_nobody_reads_what_others_made(tmp_path: Path) -> None:
    assert judged(tmp_path, a_page(STATEMENTS.replace('grant "id-web" to "app";\n', ""))) == []
