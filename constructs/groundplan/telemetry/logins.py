"""Users of Elasticsearch beside those that the operator makes, each with a password that nobody knows.

See https://www.elastic.co/docs/deploy-manage/users-roles/cluster-or-deployment-auth/file-based .
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from groundplan.parts import Component, Json, Part
from groundplan.security.secret_sources import generated_secret, generator


@dataclass(frozen=True, kw_only=True, slots=True)
class Login:
    """One user."""

    name: str
    """Name of the Secret with the login."""

    user: str
    """Name of the user."""

    role: str
    """Role that Elasticsearch knows."""


class Logins(Part):
    """A Secret for each user, made in the cluster once."""

    def __init__(self, scope: Component | Part, id_: str, logins: Sequence[Login]) -> None:
        super().__init__(scope, id_)
        for login in logins:
            keys: dict[str, str | None] = {"password": None, "roles": login.role, "username": login.user}
            self.emit(generator(login.name, self.component.namespace_name, ["password"]))
            self.emit(_early(generated_secret(login.name, self.component.namespace_name, keys, login=True)))


def _early(secret: Json) -> Json:
    """It is there before Elasticsearch is, which reads it."""
    return {**secret, "metadata": {**secret["metadata"], "annotations": {"argocd.argoproj.io/sync-wave": "-1"}}}
