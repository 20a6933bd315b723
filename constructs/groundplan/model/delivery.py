"""The delivery chapter: how Argo CD brings an environment from Git into its cluster."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from groundplan.kubernetes.namespaces import ARGO_CD
from groundplan.model.values import CronSchedule, Duration, HostName, Model, Name, TimeZone


class Window(Model):
    """A time in which automatic sync is allowed or denied. See https://argo-cd.readthedocs.io/en/stable/user-guide/sync_windows/ ."""

    kind: Literal["allow", "deny"] = "allow"
    """What the window does. Default allow."""

    schedule: CronSchedule
    """Five cron fields: when it opens."""

    duration: Duration
    """How long it stays open."""

    time_zone: TimeZone = "UTC"
    """IANA time zone of the schedule. Default UTC."""

    manual_sync: bool = True
    """Whether a person may sync by hand outside it. Default true."""


class Repository(Model):
    """The Git repository Argo CD reads this tree from."""

    url: str = Field(pattern=r"^(https://|ssh://|git@)")
    """Clone URL."""

    revision: str = "main"
    """Branch or tag. Default main."""


class SignIn(Model):
    """Single sign-on for Argo CD, by an OpenID Connect client without a secret (PKCE).

    See https://argo-cd.readthedocs.io/en/stable/operator-manual/user-management/#existing-oidc-provider .
    """

    issuer: str = Field(pattern=r"^https://")
    """Address of the identity provider."""

    client: str
    """Id of the public client."""

    scopes: list[str] = []
    """What is asked for beside `openid`, `profile` and `email`, which every provider knows. Default nothing; some give groups
    only to who asks for `groups`."""

    groups: dict[str, str] = {}
    """What the provider calls a group in its tokens, by the name it has here: Entra writes object ids. Default the same."""


class Reports(Model):
    """How Argo CD tells GitHub what runs: a status of the commit that a service is Synced and Healthy at.

    Whoever waits for a release reads the status, so nothing outside has to reach Argo CD.
    See https://argo-cd.readthedocs.io/en/stable/operator-manual/notifications/services/github/ .
    """

    app: int = Field(ge=1)
    """Id of the GitHub App that writes the statuses of the repository, and nothing else."""

    installation: int = Field(ge=1)
    """Id of its installation on the repository."""

    secret: str = Field(pattern=r"^[^/]+/[^/]+$")
    """`<secret>/<key>` with its private key."""


class Delivery(Model):
    """Argo CD for one environment."""

    repository: Repository
    """Where `dist/` is read from."""

    project: Name | None = None
    """AppProject. Default the system's name."""

    suffix: Name | None = None
    """Applications are called `<component>-<suffix>`. Default the environment's name."""

    namespace: Name = ARGO_CD
    """Namespace of Argo CD. Default argocd."""

    host: HostName | None = None
    """Host name of Argo CD's own page. Default none: people reach it by port-forward."""

    sign_in: SignIn | None = None
    """Single sign-on. Default none: the built-in admin, whose password a person rotates; with it the admin is off.

    Without it there are no groups either, so nobody else has a role. Whoever administers the cluster needs neither:
    `argocd --core` works with his own access to it.
    """

    management_cluster: str | None = Field(default=None, pattern=r"^[a-z][a-z0-9-]*/[a-z][a-z0-9-]*$")
    """Environment that describes the management cluster, as `system/environment`. Default none: somebody else runs it.

    It holds the cloud resources of every system that names it, and runs the controllers that make them.
    """

    management_namespace: Name = ARGO_CD
    """Namespace of Argo CD on the management cluster, which systems share. Default argocd."""

    reports: Reports | None = None
    """How Argo CD tells GitHub what runs. Default not at all; workflows that deploy wait for it."""

    automated: bool = True
    """Whether Argo CD syncs, prunes and heals by itself. Default true."""

    windows: dict[Name, Window] = {}
    """Sync windows by a name of your choice. Default none: sync whenever Git changes."""

    managers: list[str] = []
    """SSO groups that may sync and roll back. Default none beside the owners."""

    viewers: list[str] = []
    """SSO groups that may look. Default none."""

    def group(self, name: str) -> str:
        """What a group is called in the tokens of single sign-on."""
        return self.sign_in.groups.get(name, name) if self.sign_in is not None else name

    def argocd_namespace(self, *, management: bool) -> str:
        """Namespace of the Argo CD that delivers a share: the cluster's own, or the management cluster's."""
        return self.management_namespace if management else self.namespace
