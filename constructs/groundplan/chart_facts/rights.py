"""What is known of the rights that a chart brings: accounts, roles and who holds them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Account:
    """A ServiceAccount."""

    namespace: str
    """Namespace."""

    name: str
    """Name."""

    token: bool | None = None
    """Whether its pods get its token. Default true, as Kubernetes does."""

    annotations: Mapping[str, str] = field(default_factory=dict)
    """Annotations: identities in a cloud. Default none."""

    hook: str = ""
    """Helm hooks it is, separated by commas. Default none."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of a role."""

    verbs: tuple[str, ...]
    """Verbs."""

    groups: tuple[str, ...] = ()
    """API groups; empty text is the core group. Default none."""

    resources: tuple[str, ...] = ()
    """Resources. Default none."""

    names: tuple[str, ...] = ()
    """Names of objects. Default all."""

    urls: tuple[str, ...] = ()
    """Paths of the API server that are no resources. Default none."""


@dataclass(frozen=True, slots=True)
class Role:
    """A Role or ClusterRole."""

    kind: str
    """`Role` or `ClusterRole`."""

    name: str
    """Name."""

    rules: tuple[Rule, ...]
    """What it permits."""

    namespace: str = ""
    """Namespace; empty for a ClusterRole."""

    labels: Mapping[str, str] = field(default_factory=dict)
    """Labels: those of aggregation say whose rules these become."""

    aggregates: tuple[Mapping[str, str], ...] = ()
    """Labels of the ClusterRoles whose rules it takes in. Default none."""


@dataclass(frozen=True, slots=True)
class Subject:
    """Who holds a role."""

    kind: str
    """`ServiceAccount`, `User` or `Group`."""

    name: str
    """Name."""

    namespace: str = ""
    """Namespace of a ServiceAccount."""


@dataclass(frozen=True, slots=True)
class Binding:
    """A RoleBinding or ClusterRoleBinding."""

    kind: str
    """`RoleBinding` or `ClusterRoleBinding`."""

    name: str
    """Name."""

    role_kind: str
    """Kind of the role."""

    role: str
    """Name of the role."""

    subjects: tuple[Subject, ...]
    """Who holds it."""

    namespace: str = ""
    """Namespace; empty for a ClusterRoleBinding."""

    labels: Mapping[str, str] = field(default_factory=dict)
    """Labels."""
