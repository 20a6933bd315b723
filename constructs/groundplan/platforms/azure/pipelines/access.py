"""azure-access.yml: what Azure Service Operator has no object for: pairs of namespaces, roles in stores, registrations.

Every step may be repeated: it makes what is missing and leaves what is there.
"""

from __future__ import annotations

import json

from groundplan.facts.system import System
from groundplan.github import RUNNER, STRICT, github_environment
from groundplan.kubernetes.objects import Json
from groundplan.model.environment import Environment
from groundplan.model.pipelines import Application, Pipelines
from groundplan.platforms.azure.access import ACCESS, admitted, pairs, roles, variable
from groundplan.platforms.azure.pipelines.login import azure_login


def workflow(system: System, pipelines: Pipelines) -> Json:
    """The whole workflow, started by a person: after the first sync, and when identities change."""
    jobs: Json = {}
    for environment in system.environments:
        steps = admitted(environment)
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
        "steps": [azure_login(environment, "Take on the identity that gives access", variable(ACCESS)), *steps],
    }


_PAIR = """\
role=$(az servicebus georecovery-alias show --resource-group "$GROUP" --namespace-name "$NAMESPACE" --alias "$ALIAS" \\
  --query role --output tsv 2>/dev/null || true)
if [ "$role" = Primary ]; then
  echo "$ALIAS is there already"
  exit 0
fi
partner=$(az servicebus namespace show --resource-group "$PARTNER_GROUP" --name "$PARTNER" --query id --output tsv)
az servicebus georecovery-alias set --resource-group "$GROUP" --namespace-name "$NAMESPACE" \\
  --alias "$ALIAS" --partner-namespace "$partner" --output none
"""
"""The partner must be empty: pairing copies queues and topics into it. After a failover the alias is there, and leads to a
namespace without a partner: its role is then `PrimaryNotReplicating`."""


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
