"""The pipelines chapter: continuous integration and delivery of the repository that holds the services' code."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from groundplan.environment.values import Model, Name, Percent


class Build(Model):
    """One image the workflows build."""

    folder: str = Field(default=".", pattern=r"^[^/\s][^\s]*$")
    """Folder of the code repository that holds its Dockerfile. Default the repository's root."""

    trigger: Literal["commit", "release"] = "commit"
    """What makes a new version. Default commit.

    `commit`: every push that passes; the tag is the commit, and the delivery workflow promotes it by itself.
    `release`: a Git tag `<service>/v1.2.3`; the image's tag is the version.
    """


class Pipelines(Model):
    """GitHub Actions workflows for the repository that holds the services' code."""

    services: dict[Name, Build] = Field(min_length=1)
    """Services that the workflows build, by name."""

    repository: str | None = Field(default=None, pattern=r"^[\w.-]+/[\w.-]+$")
    """GitHub repository of the code, `owner/name`; the cloud identity trusts no other. Default none: not known yet."""

    python: str = Field(default="3.11", pattern=r"^3\.[0-9]+$")
    """Python version. Default 3.11."""

    coverage: Percent = 80
    """Least test coverage in percent. Default 80."""

    branches: list[str] = Field(default=["main"], min_length=1)
    """Branches whose pushes are built. Default main."""

    deployed: str = "main"
    """The one of them that is deployed, and that pull requests aim at. Default main."""

    role: Name | None = None
    """Cloud identity that may push images. Default `<system>-ci`."""

    @model_validator(mode="after")
    def _deployed_is_built(self) -> Pipelines:
        if self.deployed not in self.branches:
            raise ValueError(f"deploys `{self.deployed}`, which is not built; add {self.deployed} to branches")
        return self

    def role_name(self, system: str) -> str:
        """Cloud identity that may push images."""
        return self.role or f"{system}-ci"

    def built_on(self, trigger: Literal["commit", "release"]) -> dict[str, Build]:
        """The services whose versions are made by `trigger`."""
        return {name: build for name, build in self.services.items() if build.trigger == trigger}
