"""rotation.yml: no secret and no certificate of a key vault grows older than its chapter allows without an issue.

Key Vault rotates keys and renews certificates by itself, but never a secret: most of them are made by somebody else.
See https://learn.microsoft.com/azure/key-vault/secrets/tutorial-rotation .
"""

from __future__ import annotations

from groundplan.facts.system import System
from groundplan.github import STRICT
from groundplan.kubernetes.objects import Json
from groundplan.layout import docs_dir
from groundplan.model.environment import Environment
from groundplan.model.pipelines import Pipelines
from groundplan.model.values import whole_seconds
from groundplan.platforms.azure.access import ROTATION, variable, vaults
from groundplan.platforms.azure.chapter import KeyVault
from groundplan.platforms.azure.naming import AzureKind, azure_name
from groundplan.platforms.azure.pipelines.login import azure_login

DAY = 86_400

NOTICE_DAYS = 14
"""Days before the end at which somebody is asked to act."""


def workflow(system: System, pipelines: Pipelines, schedule: str) -> Json:
    """The whole workflow: a job for each vault."""
    return {
        "name": "Rotation",
        "on": {"schedule": [{"cron": schedule}], "workflow_dispatch": {}},
        "permissions": {"contents": "read"},
        "jobs": {f"check-{item.environment}": _check(system, item, vault, pipelines) for item, vault in vaults(system)},
    }


def _check(system: System, environment: Environment, vault: KeyVault, pipelines: Pipelines) -> Json:
    secrets, certificates = (
        whole_seconds(vault.secret_rotation) // DAY,
        whole_seconds(vault.certificate_rotation) // DAY,
    )
    repository = system.primary.delivery.repository
    page = f"{repository.url.removesuffix('.git')}/blob/{repository.revision}/{docs_dir(system.name)}/secrets.md"
    return {
        "runs-on": pipelines.private_runner,
        "timeout-minutes": 15,
        "environment": {"name": environment.environment},
        "permissions": {"contents": "read", "id-token": "write", "issues": "write"},
        "env": {"VAULT": azure_name(environment, AzureKind.KEY_VAULT)},
        "steps": [
            azure_login(environment, "Take on the identity that may read ages", variable(ROTATION)),
            {
                "name": f"Give every secret an end after {secrets} days",
                "env": {"DAYS": str(secrets)},
                "run": STRICT + _EXPIRE,
            },
            {
                "name": f"Hold every certificate to {certificates} days",
                "env": {"DAYS": str(certificates)},
                "run": STRICT + _CERTIFICATES,
            },
            {
                "name": "Ask for what is due",
                "env": {"GH_TOKEN": "${{ github.token }}", "NOTICE": str(NOTICE_DAYS), "PAGE": page},
                "run": STRICT + _ASK,
            },
        ],
    }


_EXPIRE = """\
az keyvault secret list --vault-name "$VAULT" --query "[?!managed].[name, attributes.created]" --output tsv |
while IFS=$'\\t' read -r name created; do
  az keyvault secret set-attributes --vault-name "$VAULT" --name "$name" \\
    --expires "$(date --utc --date "$created + $DAYS days" +%Y-%m-%dT%H:%M:%SZ)" --output none
done
"""
"""A managed secret is the other face of a certificate. `created` is that of the newest version."""

_CERTIFICATES = """\
failed=0
for name in $(az keyvault certificate list --vault-name "$VAULT" --query '[].name' --output tsv); do
  read -r begin end < <(az keyvault certificate show --vault-name "$VAULT" --name "$name" \\
    --query '[attributes.notBefore, attributes.expires]' --output tsv | paste --serial)
  days=$(( ($(date --date "$end" +%s) - $(date --date "$begin" +%s)) / 86400 ))
  if [ "$days" -gt "$((DAYS + 1))" ]; then
    echo "::error::certificate $name is valid for $days days, more than $DAYS"
    failed=1
  fi
done
exit "$failed"
"""
"""A day to spare, since issuers round."""

_ASK = """\
limit=$(date --utc --date "$NOTICE days" +%Y-%m-%dT%H:%M:%SZ)
for kind in secret certificate; do
  due=$(az keyvault "$kind" list --vault-name "$VAULT" --query "[?attributes.expires < '$limit'].name" --output tsv)
  for name in $due; do
    title="Rotate $kind $name of $VAULT"
    if [ -z "$(gh issue list --repo "$GITHUB_REPOSITORY" --state open --search "in:title \\"$title\\"" --json number --jq '.[].number')" ]; then
      gh issue create --repo "$GITHUB_REPOSITORY" --title "$title" --body "It ends within $NOTICE days. How: $PAGE"
    fi
  done
done
"""
