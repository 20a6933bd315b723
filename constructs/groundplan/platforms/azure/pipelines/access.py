"""azure-access.yml: what Azure Service Operator has no object for: pairs of namespaces, roles in stores, registrations.

Every step may be repeated: it makes what is missing and leaves what is there.
"""

from __future__ import annotations

import json

from groundplan.github import RUNNER, STRICT, github_environment
from groundplan.model.data import Postgres
from groundplan.model.environment import Environment
from groundplan.model.pipelines import Application, Pipelines
from groundplan.model.system import System
from groundplan.parts import Json
from groundplan.platforms.azure.access import admitted, pairs, roles
from groundplan.platforms.azure.naming import AzureKind, azure_name, store_purpose
from groundplan.platforms.azure.pipelines.login import azure_login
from groundplan.stores.postgres.azure_flexible_server.server import server_host, server_name

CLIENT = "AZURE_ACCESS_CLIENT_ID"
"""Variable that holds the client id of the identity that administers stores and registrations."""


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


def _store_steps(environment: Environment) -> list[Json]:
    steps = []
    for name, identity in admitted(environment):
        store = environment.data[name]
        if isinstance(store, Postgres):
            steps.append(_database_role(environment, name, store, identity))
        else:
            steps.append(_cache_policy(environment, name, identity))
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
