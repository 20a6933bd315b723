"""The rbac chapter: roles of the Kubernetes API, and the accounts that have them.

See https://kubernetes.io/docs/reference/access-authn-authz/rbac/ .
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from groundplan.model.values import Model, Name

Verb = Literal["get", "list", "watch", "create", "update", "patch", "delete"]


class RoleRule(Model):
    """What may be done with some kinds of object."""

    groups: list[str] = [""]
    """API groups. Default the core group."""

    resources: list[str] = Field(min_length=1)
    """Kinds in the plural, e.g. `pods`."""

    verbs: list[Verb] = Field(min_length=1)
    """What may be done. There is no wildcard: a new verb is granted knowingly."""


class Account(Model):
    """A ServiceAccount and its role; that of a service is the service's own, any other is made here."""

    role: Name
    """Role of this chapter. It holds in the account's namespace only."""

    namespace: Name | None = None
    """Namespace of the account. Default the environment's."""


class Group(Model):
    """What a group of people may do, as single sign-on knows it."""

    role: Name
    """Role of this chapter."""

    everywhere: bool = False
    """Whether it holds in the whole cluster, and for what belongs to no namespace. Default false: in the namespace
    of the services."""


class Rbac(Model):
    """Access to the Kubernetes API beside what operators and services need."""

    roles: dict[Name, list[RoleRule]] = {}
    """ClusterRoles by name. Default none."""

    accounts: dict[Name, Account] = {}
    """ServiceAccounts by name. Default none."""

    groups: dict[Name, Group] = {}
    """Groups of people by name, where a cluster of machines has `cluster_api.sign_in`. Default none."""
