"""The jobs chapter: work that a service starts as Kubernetes Jobs while it runs, in a namespace of its own."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from groundplan.model.containers import ConfigValue, Mount, Resources
from groundplan.model.values import (
    Duration,
    ImageReference,
    Model,
    Name,
    SecretReference,
    ServiceName,
    VariableName,
)

FileName = Annotated[str, Field(pattern=r"^[A-Za-z0-9][-._A-Za-z0-9]{0,251}$")]
"""Name of a file that is a key of a ConfigMap."""


class Job(Model):
    """A kind of work: what one Job of it looks like, and how many may run at once.

    From it follow: a template the service fills in, the service's rights in the namespace, the ServiceAccount, quota,
    network policy and files of the Jobs, the list of images admission lets in, alerts, and a share of the nodes.
    See https://kubernetes.io/docs/concepts/workloads/controllers/job/ .
    """

    description: str = ""
    """One sentence for the docs."""

    started_by: ServiceName
    """Service that creates the Jobs; it may do so in `namespace` alone."""

    namespace: Name
    """Namespace of the Jobs; no other work is in it, because its quota counts every Job."""

    at_once: int = Field(default=1, ge=1)
    """Most Jobs that exist at the same time; the API server refuses one more. Default 1."""

    images: dict[Name, ImageReference] = Field(min_length=1)
    """Images a Job may run, by the name the service chooses by; the template holds the first. Nothing else is admitted."""

    command: list[str] = []
    """Entry point instead of the image's own. Default the image's."""

    resources: Resources
    """CPU and memory of one Job."""

    timeout: Duration = "30m"
    """Time after which a Job is stopped and counts as failed. Default 30m."""

    retries: int = Field(default=0, ge=0, le=10)
    """Further pods when one fails. Default none: the service decides whether to try again."""

    keep: Duration = "2m"
    """How long a finished Job can be looked at. It counts against `at_once` meanwhile. Default 2m."""

    user: int = Field(default=10001, ge=1)
    """User and group id of the process; never root. Default 10001."""

    priority: Literal["critical", "high", "normal", "low"] = "low"
    """Who stays when a node is full. Default low: services come first."""

    node_pool: Name | None = None
    """Node pool to run on. Default wherever the scheduler finds room without a taint."""

    calls: list[str] = []
    """Hosts outside and rented stores that a Job may reach. Default none."""

    env: dict[VariableName, ConfigValue] = {}
    """Plain environment variables. Default none."""

    secrets: dict[VariableName, SecretReference] = {}
    """Environment variable to `<secret>/<key>` of the secrets chapter; the Secret is brought into `namespace`. Default none."""

    files: dict[FileName, str] = {}
    """Files in `/etc/<job>` and their text, such as the settings of a build tool. Default none."""

    mounts: dict[Name, Mount] = {}
    """Writable directories. Default none: /tmp is always writable, the rest of the file system never."""

    @property
    def secret_names(self) -> set[str]:
        """Secrets its pods read."""
        return {reference.partition("/")[0] for reference in self.secrets.values()}
