"""The pipelines chapter: continuous integration and delivery of the repository that holds the services' code."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from groundplan.images import default_image
from groundplan.model.values import CronSchedule, ImageReference, Model, Name, Percent

PackageName = Annotated[str, Field(pattern=r"^@?[A-Za-z0-9][A-Za-z0-9._/-]*$")]
"""Name of a package as pip or npm knows it."""

VersionRange = Annotated[str, Field(pattern=r"^[0-9x<>=~^!*., |-]+$")]
"""Versions of a package; nothing a shell could take for a command."""


class Build(Model):
    """One image the workflows build."""

    folder: str = Field(default=".", pattern=r"^[^/\s][^\s]*$")
    """Folder of the code repository that holds its Dockerfile. Default the repository's root."""

    trigger: Literal["commit", "release", "tag"] = "commit"
    """What makes a new version. Default commit.

    `commit`: every push that passes; the tag is the commit, and the delivery workflow promotes it by itself.
    `release`: a Git tag `<service>/v1.2.3`; the image's tag is the version.
    `tag`: a Git tag `v1.2.3`, which releases every service of this kind together, through the gates.
    """

    language: Literal["python", "node", "java"] = "python"
    """What it is written in, and so how it is tested. Default python. A folder with Java is a project of its own, with the
    wrapper of its build tool."""

    versions: dict[PackageName, VersionRange] = {}
    """Package to the range its installed version must lie in: `>=0.100` for Python, `15.x` for Node. Default any; needs
    `checked: folders`, and is nothing for Java, whose build files pin them."""


class Performance(Model):
    """A load test whose result must not fall behind the one that is stored beside it."""

    script: str = "tests/performance/load.js"
    """What k6 runs. Default tests/performance/load.js."""

    start: str = "docker compose up --detach --wait"
    """Command that starts what is measured. Default `docker compose up --detach --wait`."""

    baseline: str = "tests/performance/baseline.json"
    """Summary that k6 exported when the figures were last agreed on. Default tests/performance/baseline.json."""

    users: int = Field(default=10, ge=1)
    """Virtual users. Default 10."""

    metric: str = "http_req_duration"
    """Metric that is compared. Default http_req_duration."""

    value: str = "p(95)"
    """Its value that is compared. Default p(95)."""

    tolerance: Percent = 10
    """Percent by which it may be worse. Default 10."""

    image: ImageReference = default_image("load-test")
    """Image of k6. Default `load-test` of images.yaml."""


class Gates(Model):
    """What a version released by a tag must pass before the first environment, beside unit tests and security scan."""

    integration: str | None = "pytest tests/integration"
    """Command of the integration tests, with the tools of the services' languages; null for none. Default
    `pytest tests/integration`."""

    performance: Performance | None = None
    """Load test against a baseline. Default none."""

    validation: str | None = None
    """Command that validates staging before production; BASE_URL names it. Default none: its health is asked for."""

    rollback_plan: bool = False
    """Whether a pull request must say how the change is taken back. Default false."""


class Application(Model):
    """The system's registration in Microsoft Entra: who may call it, as what."""

    name: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9 ._-]{0,119}$")
    """Display name."""

    roles: dict[str, Literal["users", "applications"]] = {}
    """Role that a token may carry, to who may have it. Default none."""


class Pipelines(Model):
    """GitHub Actions workflows for the repository that holds the services' code."""

    services: dict[Name, Build] = Field(min_length=1)
    """Services that the workflows build, by name."""

    repository: str | None = Field(default=None, pattern=r"^[\w.-]+/[\w.-]+$")
    """GitHub repository of the code, `owner/name`; the cloud identity trusts no other. Default none: not known yet."""

    python: str = Field(default="3.11", pattern=r"^3\.[0-9]+$")
    """Python version. Default 3.11."""

    node: str = Field(default="22", pattern=r"^[0-9]+$")
    """Node version. Default 22, under long-term support."""

    java: str = Field(default="21", pattern=r"^[0-9]+$")
    """Java version. Default 21, under long-term support."""

    java_build: Literal["gradle", "maven"] = "gradle"
    """What builds Java; each folder brings its wrapper, and reports coverage by JaCoCo as XML. Default gradle."""

    checked: Literal["repository", "folders"] = "repository"
    """Where lint and tests run: once over the repository, or in each service's folder in its own language. Default
    repository."""

    coverage: Percent = 80
    """Least test coverage in percent. Default 80."""

    branches: list[str] = Field(default=["main"], min_length=1)
    """Branches whose pushes are built: all of them, since a repository may have no main. Default main.

    A list, in the order that the workflows have; one without a branch that is deployed is refused.
    """

    deployed: str = "main"
    """The one of them that is deployed, and that pull requests aim at. Default main."""

    deploys: dict[str, Name] = {}
    """Branch to the one environment that its pushes go to. Default none: `deployed` goes through all of them in turn."""

    gates: Gates = Gates()
    """What a version released by a tag must pass. Default unit tests, integration tests and the security scan."""

    application: Application | None = None
    """Registration in Microsoft Entra, which a workflow keeps. Default none."""

    rotation: CronSchedule | None = None
    """When secrets and certificates of the key vaults are held against their greatest age, in UTC. Default never."""

    private_runner: str = "self-hosted"
    """Label of the runner inside the network, for what has no public address. Default self-hosted."""

    role: Name | None = None
    """Cloud identity that may push images. Default `<system>-ci`."""

    apps: dict[Name, Name] = {}
    """Environment to the GitHub App that proposes its versions, as it is called in its address. Default
    `<system>-<environment>`.

    An App for each environment: whoever may deploy one of them may not deploy the others.
    """

    @model_validator(mode="after")
    def _deployed_is_built(self) -> Pipelines:
        if self.deployed not in self.branches:
            raise ValueError(f"deploys `{self.deployed}`, which is not built; add {self.deployed} to branches")
        for branch in self.deploys:
            if branch not in self.branches:
                raise ValueError(f"deploys `{branch}`, which is not built; add {branch} to branches")
        return self

    @property
    def languages(self) -> frozenset[str]:
        """What the services are written in."""
        return frozenset(build.language for build in self.services.values())

    @property
    def delivered_branches(self) -> list[str]:
        """Branches that are deployed, and that pull requests aim at."""
        return list(self.deploys) or [self.deployed]

    def app_name(self, system: str, environment: str) -> str:
        """GitHub App that proposes the versions of an environment."""
        return self.apps.get(environment, f"{system}-{environment}")

    def role_name(self, system: str) -> str:
        """Cloud identity that may push images."""
        return self.role or f"{system}-ci"

    def built_on(self, trigger: Literal["commit", "release", "tag"]) -> dict[str, Build]:
        """The services whose versions are made by `trigger`."""
        return {name: build for name, build in self.services.items() if build.trigger == trigger}
