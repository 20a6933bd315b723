"""The pipelines chapter: continuous integration and delivery of the service repositories."""

from __future__ import annotations

from pydantic import Field

from groundplan.environment.values import Model, Name, Percent


class Pipelines(Model):
    """GitHub Actions workflows for the repositories that hold the services' code."""

    services: list[Name]
    """Services that the workflows build."""

    python: str = "3.11"
    """Python version. Default 3.11."""

    coverage: Percent = 80
    """Least test coverage in percent. Default 80."""

    branches: list[str] = Field(default=["main"], min_length=1)
    """Branches whose pushes are built. Default main."""
