"""The step that binds a role of a Flexible Server to an identity, for which Azure's operator has no object."""

from __future__ import annotations

from typing import TYPE_CHECKING

from groundplan.facts.standby import waits
from groundplan.github import STRICT
from groundplan.platforms.azure.access import ACCESS
from groundplan.platforms.azure.naming import AzureKind, azure_name
from groundplan.stores.answers import Json
from groundplan.stores.postgres.pipelines import PostgresPipelines

if TYPE_CHECKING:
    from groundplan.stores.postgres.azure_flexible_server.store import FlexibleServerStore


class FlexibleServerPipelines(PostgresPipelines):
    """Access by identity, beside the tests."""

    store: FlexibleServerStore
    lets_in = True

    def access(self, identity: str) -> Json | None:
        """The role of its name is bound to the identity; not on a standby's server, which is a copy and read-only."""
        store = self.store
        if store.follows and waits(store.environment):
            return None
        return {
            "name": f"Let {identity} into {store.name}",
            "env": {
                "GROUP": store.resource_group,
                "SERVER": store.azure_name,
                "PGHOST": store.host,
                "PGSSLMODE": "require",
                "IDENTITY": identity,
                "ADMINISTRATOR": azure_name(store.environment, AzureKind.IDENTITY, ACCESS),
            },
            "run": STRICT + _SCRIPT,
        }


_SCRIPT = """\
administrator=$(az identity show --resource-group "$GROUP" --name "$ADMINISTRATOR" --query principalId --output tsv)
az postgres flexible-server microsoft-entra-admin create --resource-group "$GROUP" --server-name "$SERVER" \\
  --display-name "$ADMINISTRATOR" --object-id "$administrator" --type ServicePrincipal --output none
principal=$(az identity show --resource-group "$GROUP" --name "$IDENTITY" --query principalId --output tsv)
PGPASSWORD=$(az account get-access-token --resource-type oss-rdbms --query accessToken --output tsv)
export PGPASSWORD
export PGUSER="$ADMINISTRATOR"
psql --dbname postgres --set ON_ERROR_STOP=1 --set identity="$IDENTITY" \\
  --set label="aadauth,oid=$principal,type=service" <<'END'
security label for pgaadauth on role :"identity" is :'label';
END
"""
"""A token is the password, for an hour; nothing is stored. The role is there with all its rights, made by the administrator
who owns the database, as nobody else can; one that came with a copy is of the other region's identity, so it is bound anew each
time."""
