"""Workflows on Google Cloud: the login by federation, without an account of Google's in between.

See https://github.com/google-github-actions/auth .
"""

from __future__ import annotations

from groundplan.github import pinned
from groundplan.kubernetes.objects import Json
from groundplan.model.environment import Environment
from groundplan.model.pipelines import Pipelines
from groundplan.platforms.gcp.publisher_names import PROVIDER
from groundplan.platforms.gcp.site import site_of
from groundplan.platforms.workflows import Workflows


class GcpWorkflows(Workflows):
    """Workflows of a system on Google Cloud."""

    def log_in(self, environment: Environment, pipelines: Pipelines) -> list[Json]:
        """Exchange the workflow's token for one of Google's, and show that to the registry."""
        if not environment.registry:
            return super().log_in(environment, pipelines)
        site = site_of(environment)
        pool = site.pool_path(pipelines.role_name(environment.system)).removeprefix("//iam.googleapis.com/")
        return [
            {
                "name": "Take on the identity that may push images",
                "id": "google",
                "uses": pinned("google-github-actions/auth"),
                "with": {
                    "project_id": site.project,
                    "workload_identity_provider": f"{pool}/providers/{PROVIDER}",
                    "create_credentials_file": False,
                },
            },
            {
                "name": "Log in to the registry",
                "env": {"TOKEN": "${{ steps.google.outputs.auth_token }}"},
                "run": self._docker_login(environment.registry),
            },
        ]

    def _docker_login(self, registry: str) -> str:
        host = registry.partition("/")[0]
        return f'printf %s "$TOKEN" | docker login --username oauth2accesstoken --password-stdin {host}'

    def docker_login(self, region: str, registry: str) -> str:
        """The same token is for every region."""
        return self._docker_login(registry)


WORKFLOWS = GcpWorkflows()


__all__ = ["WORKFLOWS"]
