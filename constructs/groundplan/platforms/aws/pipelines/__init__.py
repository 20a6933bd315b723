"""Workflows on AWS: the login by a role that trusts the repository."""

from __future__ import annotations

from groundplan.github import pinned
from groundplan.kubernetes.objects import Json
from groundplan.model.environment import Environment
from groundplan.model.pipelines import Pipelines
from groundplan.platforms.workflows import Workflows


class AwsWorkflows(Workflows):
    """Workflows of a system on AWS."""

    def log_in(self, environment: Environment, pipelines: Pipelines) -> list[Json]:
        """Take on the role, then ask the registry for a password with it."""
        if not environment.registry:
            return super().log_in(environment, pipelines)
        account = environment.platform.aws.account if environment.platform.aws is not None else ""
        role = pipelines.role_name(environment.system)
        return [
            {
                "name": "Take on the role that may push images",
                "uses": pinned("aws-actions/configure-aws-credentials"),
                "with": {
                    "role-to-assume": f"arn:aws:iam::{account}:role/{role}",
                    "aws-region": environment.region,
                },
            },
            {"name": "Log in to the registry", "uses": pinned("aws-actions/amazon-ecr-login")},
        ]

    def docker_login(self, region: str, registry: str) -> str:
        """The login action knows the registry of its own region only."""
        return (
            f"aws ecr get-login-password --region {region} |\n"
            '  docker login --username AWS --password-stdin "$REGISTRY"'
        )


WORKFLOWS = AwsWorkflows()


__all__ = ["WORKFLOWS"]
