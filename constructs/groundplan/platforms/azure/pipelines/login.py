"""How a workflow takes on an identity of Azure."""

from __future__ import annotations

from groundplan.github import pinned
from groundplan.kubernetes.objects import Json
from groundplan.model.environment import Environment
from groundplan.platforms.azure.facts import subscription


def azure_login(environment: Environment, name: str, client: str) -> Json:
    """Take on an identity by the workflow's own token.

    Args:
        environment: whose subscription is meant.
        name: of the step.
        client: variable of the repository or of GitHub's environment that holds the identity's client id.
    """
    return {
        "name": name,
        "uses": pinned("azure/login"),
        "with": {
            "client-id": f"${{{{ vars.{client} }}}}",
            "tenant-id": "${{ vars.AZURE_TENANT_ID }}",
            "subscription-id": subscription(environment),
        },
    }
