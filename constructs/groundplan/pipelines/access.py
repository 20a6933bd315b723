"""azure-access.yml: what Azure Service Operator has no object for: pairs of namespaces, roles in stores, registrations.

Every step may be repeated: it makes what is missing and leaves what is there.
"""

from __future__ import annotations

import json
import uuid

from groundplan.model.data import Postgres, Redis
from groundplan.model.environment import Environment
from groundplan.model.pipelines import Application, Pipelines
from groundplan.model.system import System
from groundplan.parts import Json
from groundplan.pipelines.delivery import github_environment
from groundplan.pipelines.registries import azure_login
from groundplan.pipelines.steps import RUNNER, STRICT
from groundplan.platforms.azure.naming import AzureKind, azure_name, broker_name, store_purpose
from groundplan.stores.postgres.azure_flexible_server.server import server_host, server_name

CLIENT = "AZURE_ACCESS_CLIENT_ID"
"""Variable that holds the client id of the identity that administers stores and registrations."""

_ROLES = uuid.UUID("5d0f5b36-7a0c-4c39-9f7b-0d1d0f1a7e55")
"""Ids of roles are derived below it, so that a role keeps its id."""


def wanted(system: System) -> bool:
    """Whether there is anything to do."""
    chapter = system.primary.pipelines
    if chapter is None or system.primary.cluster.provider != "azure":
        return False
    return chapter.application is not None or any(_store_steps(item) for item in system.environments)


def workflow(system: System, pipelines: Pipelines) -> Json:
    """The whole workflow, started by a person: after the first sync, and when identities change."""
    jobs: Json = {}
    for environment in system.environments:
        steps = _store_steps(environment)
        if steps:
            jobs[f"stores-{environment.environment}"] = _job(environment, pipelines.private_runner, steps)
    steps = [{"name": f"Pair {pair['NAMESPACE']}", "env": pair, "run": STRICT + _PAIR} for pair in pairs(system)]
    if steps:
        jobs["pair-namespaces"] = _job(system.primary, RUNNER, steps)
    if pipelines.application is not None:
        jobs["application"] = _job(system.primary, RUNNER, [_registration(pipelines.application)])
    return {
        "name": "Azure access",
        "on": {"workflow_dispatch": {}},
        "permissions": {"contents": "read"},
        "concurrency": {"group": "azure-access", "cancel-in-progress": False},
        "jobs": jobs,
    }


def _job(environment: Environment, runner: str, steps: list[Json]) -> Json:
    return {
        "runs-on": runner,
        **github_environment(environment),
        "timeout-minutes": 20,
        "permissions": {"contents": "read", "id-token": "write"},
        "steps": [azure_login(environment, "Take on the identity that gives access", CLIENT), *steps],
    }


def callers(environment: Environment, store: str) -> list[str]:
    """Azure names of the identities whose services call a store."""
    azure = environment.azure
    named = {
        service.identity
        for service in environment.services.values()
        if service.identity is not None and store in service.calls
    }
    return [
        identity.azure_name or azure_name(environment, AzureKind.IDENTITY, name)
        for name, identity in (azure.identities.items() if azure is not None else ())
        if name in named
    ]


def _store_steps(environment: Environment) -> list[Json]:
    """Roles in each rented store; none on a standby's server, which is a copy and read-only."""
    steps = []
    for name, store in environment.data.items():
        for identity in callers(environment, name):
            if isinstance(store, Redis) and store.engine == "azure-cache":
                steps.append(_cache_policy(environment, name, identity))
            elif isinstance(store, Postgres) and store.engine == "azure-flexible-server" and not environment.is_standby:
                steps.append(_database_role(environment, name, store, identity))
    return steps


def _cache_policy(environment: Environment, name: str, identity: str) -> Json:
    return {
        "name": f"Let {identity} into {name}",
        "env": {
            "GROUP": azure_name(environment, AzureKind.RESOURCE_GROUP),
            "CACHE": azure_name(environment, AzureKind.REDIS, store_purpose(environment, name)),
            "IDENTITY": identity,
        },
        "run": STRICT + _CACHE,
    }


_CACHE = """\
principal=$(az identity show --resource-group "$GROUP" --name "$IDENTITY" --query principalId --output tsv)
az redis access-policy-assignment create --resource-group "$GROUP" --name "$CACHE" \\
  --policy-assignment-name "$IDENTITY" --access-policy-name "Data Contributor" \\
  --object-id "$principal" --object-id-alias "$IDENTITY" --output none
"""


def _database_role(environment: Environment, name: str, store: Postgres, identity: str) -> Json:
    return {
        "name": f"Let {identity} into {name}",
        "env": {
            "GROUP": azure_name(environment, AzureKind.RESOURCE_GROUP),
            "SERVER": server_name(environment, name),
            "PGHOST": server_host(environment, name),
            "PGSSLMODE": "require",
            "DATABASE": store.database,
            "IDENTITY": identity,
            "ADMINISTRATOR": "${{ vars.AZURE_ACCESS_NAME }}",
            "CLIENT": f"${{{{ vars.{CLIENT} }}}}",
        },
        "run": STRICT + _DATABASE,
    }


_DATABASE = """\
administrator=$(az ad sp show --id "$CLIENT" --query id --output tsv)
az postgres flexible-server microsoft-entra-admin create --resource-group "$GROUP" --server-name "$SERVER" \\
  --display-name "$ADMINISTRATOR" --object-id "$administrator" --type ServicePrincipal --output none
principal=$(az identity show --resource-group "$GROUP" --name "$IDENTITY" --query principalId --output tsv)
PGPASSWORD=$(az account get-access-token --resource-type oss-rdbms --query accessToken --output tsv)
export PGPASSWORD
export PGUSER="$ADMINISTRATOR"
psql --dbname postgres --set ON_ERROR_STOP=1 --set identity="$IDENTITY" --set principal="$principal" \\
  --set database="$DATABASE" <<'END'
select pgaadauth_create_principal_with_oid(:'identity', :'principal', 'service', false, false)
where not exists (select from pg_roles where rolname = :'identity');
grant connect on database :"database" to :"identity";
END
"""
"""A token is the password, for an hour; nothing is stored. What the role may do inside, migrations grant."""


def pairs(system: System) -> list[dict[str, str]]:
    """Each pair of namespaces: groups, names and the alias, by the variable a script reads them from."""
    primary, standby = system.primary, system.standby_of(system.primary)
    if standby is None:
        return []
    return [
        {
            "GROUP": azure_name(primary, AzureKind.RESOURCE_GROUP),
            "NAMESPACE": broker_name(primary, name),
            "ALIAS": alias(primary, name),
            "PARTNER_GROUP": azure_name(standby, AzureKind.RESOURCE_GROUP),
            "PARTNER": broker_name(standby, name),
        }
        for name, bus in primary.messaging.items()
        if name in standby.messaging and bus.tier == "Premium"
    ]


def alias(environment: Environment, bus: str) -> str:
    """The name clients reach a pair of namespaces by, whichever of the two serves."""
    return f"{environment.system}-{bus}"


_PAIR = """\
if az servicebus georecovery-alias show --resource-group "$GROUP" --namespace-name "$NAMESPACE" --alias "$ALIAS" --output none 2>/dev/null; then
  echo "$ALIAS is there already"
  exit 0
fi
partner=$(az servicebus namespace show --resource-group "$PARTNER_GROUP" --name "$PARTNER" --query id --output tsv)
az servicebus georecovery-alias set --resource-group "$GROUP" --namespace-name "$NAMESPACE" \\
  --alias "$ALIAS" --partner-namespace "$partner" --output none
"""
"""The partner must be empty: pairing copies queues and topics into it."""


PERMISSIONS = "Application.ReadWrite.OwnedBy and Application.Read.All"
"""What keeping a registration takes in the directory: one's own only, so that no other identity can be taken over."""


def roles(application: Application) -> list[Json]:
    """The registration's roles, as the directory takes them."""
    return [
        {
            "id": str(uuid.uuid5(_ROLES, f"{application.name}/{role}")),
            "value": role,
            "displayName": role,
            "description": f"{role} of {application.name}",
            "allowedMemberTypes": ["User" if members == "users" else "Application"],
            "isEnabled": True,
        }
        for role, members in application.roles.items()
    ]


def _registration(application: Application) -> Json:
    return {
        "name": f"Keep the registration {application.name}",
        "env": {"NAME": application.name, "ROLES": json.dumps(roles(application), indent=2)},
        "run": STRICT + _REGISTER,
    }


_REGISTER = """\
printf '%s' "$ROLES" > roles.json
id=$(az ad app list --display-name "$NAME" --query "[?displayName=='$NAME'].appId | [0]" --output tsv)
if [ -z "$id" ]; then
  id=$(az ad app create --display-name "$NAME" --sign-in-audience AzureADMyOrg --query appId --output tsv)
fi
az ad app update --id "$id" --identifier-uris "api://$id" --app-roles @roles.json
az ad sp show --id "$id" --output none 2>/dev/null || az ad sp create --id "$id" --output none
echo "client id of $NAME: $id" >> "$GITHUB_STEP_SUMMARY"
"""
