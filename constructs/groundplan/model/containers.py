"""What any container is given, whoever runs it: resources, settings, health checks and directories."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator, Field, model_validator

from groundplan.model.values import (
    Cpu,
    Duration,
    Memory,
    Model,
    Name,
    Quantity,
)


def _scalar_as_text(value: object) -> object:
    """Configuration values are strings to Kubernetes; numbers and truth values may be written bare."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int | float) else value


ConfigValue = Annotated[str, BeforeValidator(_scalar_as_text, json_schema_input_type=str | int | float | bool)]


class Amounts(Model):
    """An amount of CPU and memory."""

    cpu: Cpu
    """Cores, e.g. `250m` or `1`."""

    memory: Memory
    """Bytes, e.g. `512Mi`."""


class Resources(Model):
    """What a container is given. See https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/ ."""

    requests: Amounts
    """What the scheduler reserves."""

    limits: Amounts
    """What the kernel enforces; at least the requests."""

    ephemeral_storage: Quantity = "1Gi"
    """Local disk limit. Default 1Gi, so that a runaway log cannot fill a node."""


ImageFile = Annotated[str, Field(pattern=r"^(/[A-Za-z0-9_][-._A-Za-z0-9]*)+$")]
"""Path of a file in an image."""


class Probe(Model):
    """One health check of the kubelet: a request, or a command in the container where nothing listens."""

    path: str | None = Field(default=None, pattern=r"^/")
    """Path to GET on the service's port."""

    command: list[str] = []
    """Command that exits with 0 while all is well, for a worker that serves no HTTP. It costs a process each time."""

    delay: Duration = "10s"
    """Wait after the container started. Default 10s."""

    period: Duration = "10s"
    """Time between two checks. Default 10s."""

    timeout: Duration = "5s"
    """Time one check may take. Default 5s."""

    failures: int = Field(default=3, ge=1)
    """Failures in a row until it counts. Default 3."""

    @model_validator(mode="after")
    def _one_way(self) -> Probe:
        if (self.path is None) == (not self.command):
            raise ValueError("has both or neither of path and command; write exactly one")
        return self


class Probes(Model):
    """Liveness and readiness. See https://kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes/ ."""

    live: Probe = Probe(path="/health", delay="30s", period="10s", timeout="5s", failures=3)
    """Restart when this fails. Default GET /health, the platform's self-healing standard."""

    ready: Probe = Probe(path="/ready", delay="10s", period="5s", timeout="3s", failures=2)
    """Take out of traffic when this fails. Default GET /ready."""

    startup: Probe | None = None
    """For slow starters: until it passes the other two wait. Default none."""


class File(Model):
    """A file that a container reads, with its text. See https://kubernetes.io/docs/concepts/configuration/configmap/ ."""

    path: str = Field(pattern=r"^(/[A-Za-z0-9_][-._A-Za-z0-9]*){2,}$")
    """Where the container finds it, e.g. `/etc/app/app.yaml`. Its directory holds nothing but files that are written so."""

    text: str
    """What is in it; no secret."""

    @property
    def directory(self) -> str:
        """The directory it lies in."""
        return self.path.rpartition("/")[0]


class Mount(Model):
    """A directory of a container that lives longer than the container or is shared."""

    path: str = Field(pattern=r"^/")
    """Where it is mounted."""

    scratch: Quantity | None = None
    """Size of an empty directory that goes with the pod."""

    store: Name | None = None
    """Name of a file store in the data chapter."""

    @model_validator(mode="after")
    def _one_source(self) -> Mount:
        if (self.scratch is None) == (self.store is None):
            raise ValueError("has both or neither of scratch and store; write exactly one")
        return self
