"""How a Flexible Server changes sides: what is kept of the old one, how it is made anew as a copy, and who may log in there.

A server that exists cannot be made a copy, and a private endpoint does not outlive what it leads to.
See https://learn.microsoft.com/azure/postgresql/flexible-server/concepts-read-replicas .
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from groundplan.facts.cloud_names import MANAGEMENT, management_namespace
from groundplan.markdown import shell
from groundplan.platforms.azure.access import callers
from groundplan.platforms.azure.documents.again import approve, try_again
from groundplan.platforms.azure.naming import AzureKind, azure_name, object_name

if TYPE_CHECKING:
    from groundplan.stores.postgres.azure_flexible_server.store import FlexibleServerStore

SERVERS = "flexibleservers.dbforpostgresql.azure.com"

TOKEN = 'PGPASSWORD="$(az account get-access-token --resource-type oss-rdbms --query accessToken --output tsv)"'
"""A token is the password, for an hour."""


def login(store: FlexibleServerStore, database: str) -> str:
    """Where `psql` goes, as a member of the administrators' group."""
    return f'"host={store.host} dbname={database} user=ADMINISTRATORS sslmode=verify-full sslrootcert=system"'


def salvage(store: FlexibleServerStore) -> list[str]:
    """A dump of what the old server holds."""
    database = store.chapter.database
    return [f"{TOKEN} pg_dump {login(store, database)} --format custom --file {store.azure_name}-left.dump"]


def rebuild(store: FlexibleServerStore) -> list[str]:
    """Delete what stands in the way of the copy, and have the operator ask again."""
    server, environment = store.azure_name, store.environment
    scope = f"kubectl --context {MANAGEMENT} --namespace {management_namespace(environment)}"
    asked, endpoints, deleted = f"{SERVERS}/{object_name(server)}", [], []
    if store.settings.access == "private-endpoint":
        purpose = "-".join(filter(None, ("postgres", store.purpose)))
        endpoint = azure_name(environment, AzureKind.PRIVATE_ENDPOINT, purpose)
        deleted = [f"az network private-endpoint delete --resource-group {store.resource_group} --name {endpoint}"]
        endpoints = [
            f"privateendpoints.network.azure.com/{object_name(endpoint)}",
            f"privateendpointsprivatednszonegroups.network.azure.com/{object_name(f'{endpoint}-dns')}",
        ]
    return [
        f"The object of `{server}` now asks for a copy, which Azure refuses while the old server is there. Argo CD asks "
        "first whether what only a leading server has may go: its database's object, and copies that share its reads. They "
        "go before the server does:",
        shell(*approve(environment, store.name), f"{scope} get {SERVERS} --watch"),
        "Then the server itself, and the endpoint that led to it:",
        shell(
            f"az postgres flexible-server delete --resource-group {store.resource_group} --name {server} --yes",
            *deleted,
        ),
        "The operator makes both anew when it looks again, within the hour; to have it look now:",
        shell(
            *try_again(environment, asked, kept=True),
            *(command for item in endpoints for command in try_again(environment, item)),
            f"{scope} wait {asked} --for=condition=Ready --timeout=6h",
        ),
        *_no_copies_elsewhere(store),
    ]


def _no_copies_elsewhere(store: FlexibleServerStore) -> list[str]:
    """Backups in another region are decided when a server is made, and none is made as a copy with them."""
    if not store.settings.geo_redundant_backup:
        return []
    file = f"environments/{store.environment.system}/{store.environment.environment}.yaml"
    return [
        "A server that was made as a copy keeps no backups in another region, and cannot begin to. Until there is a quiet "
        "night to restore it to a server made with them, write `geo_redundant_backup: false` for it in "
        f"`{file}` together with the change of the last step, and a deviation where a requirement asks for them: Azure "
        "would refuse the object otherwise.",
    ]


def caught_up(store: FlexibleServerStore) -> list[str]:
    """State and lag, as the service measures them."""
    server = f"--resource-group {store.resource_group} --name {store.azure_name}"
    return [
        f"az postgres flexible-server show {server} --query replica --output table",
        f'az monitor metrics list --resource "$(az postgres flexible-server show {server} --query id --output tsv)" '
        "--metric physical_replication_delay_in_seconds --interval PT1M --output table",
    ]


def promotion(store: FlexibleServerStore, option: str) -> list[str]:
    """What to watch after the promotion was merged, and what to type when the management cluster is gone too."""
    server = f"--resource-group {store.resource_group} --name {store.azure_name}"
    return [
        f"The change asks the operator on the management cluster for a standalone, {option} promotion of the replica. "
        "Follow it; the role becomes `Primary`:",
        shell(
            f"kubectl --context {MANAGEMENT} --namespace {management_namespace(store.environment)} get {SERVERS} "
            f"{object_name(store.azure_name)} --watch",
            f"az postgres flexible-server show {server} --query replica.role",
        ),
        "If the management cluster is gone too, do the same by hand; the object in Git finds it done:",
        shell(
            f"az postgres flexible-server replica promote {server} --promote-mode standalone "
            f"--promote-option {option} --yes"
        ),
        *_rebind(store),
    ]


def _rebind(store: FlexibleServerStore) -> list[str]:
    """Roles are copied with the data, and each names the identity of the region that it was made in."""
    found = callers(store.environment, store.name)
    if not found:
        return []
    names = ", ".join(f"`{identity}`" for identity in found)
    group = store.resource_group
    return [
        f"The copy knows {names} by the identities of the other region, and lets in nobody of this one until each role is "
        "bound to the identity of the same name here. The job `stores-"
        f"{store.environment.environment}` of the workflow `azure-access` does it; by hand, from inside the network, as a "
        "member of the administrators' group:",
        shell(
            f"az postgres flexible-server microsoft-entra-admin create --resource-group {group} --server-name "
            f"{store.azure_name} --display-name ADMINISTRATORS --object-id GROUP --type Group",
            *(line for identity in found for line in bind(store, identity)),
        ),
    ]


def bind(store: FlexibleServerStore, identity: str) -> list[str]:
    """Commands that bind the role of that name to the identity of this environment.

    See https://learn.microsoft.com/azure/postgresql/security/security-manage-entra-users .
    """
    show = (
        f"az identity show --resource-group {store.resource_group} --name {identity} --query principalId --output tsv"
    )
    label = f"security label for pgaadauth on role \\\"{identity}\\\" is 'aadauth,oid=$principal,type=service'"
    return [f"principal=$({show})", f'{TOKEN} psql {login(store, "postgres")} --command "{label}"']
