"""Roles of the Kubernetes API and who has them. See https://kubernetes.io/docs/reference/access-authn-authz/rbac/ ."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from groundplan.kubernetes.rbac import RBAC, binding, role
from groundplan.model.rbac import Account, RoleRule
from groundplan.parts import Component, Json, Part


@dataclass(frozen=True, kw_only=True, slots=True)
class GroupAccess:
    """What a group of people has."""

    subject: str
    """What the API server calls it."""

    role: str
    """ClusterRole it has."""

    everywhere: bool = False
    """Whether in the whole cluster. Default false."""


@dataclass(frozen=True, kw_only=True, slots=True)
class AccessRolesProps:
    """Which roles there are and who has them."""

    roles: Mapping[str, list[RoleRule]] = field(default_factory=dict)
    """Name of a ClusterRole to what it permits. Default none: they belong to whoever has the cluster."""

    accounts: Mapping[str, Account] = field(default_factory=dict)
    """Name of a ServiceAccount to the role it has. Default none."""

    namespace: str
    """Namespace of accounts that name none, and in which groups have what they do not have everywhere."""

    existing: Collection[str] = ()
    """Accounts of `namespace` that somebody else makes. Default none."""

    groups: Mapping[str, GroupAccess] = field(default_factory=dict)
    """Name of a group of people to what it has. Default none."""


class AccessRoles(Part):
    """ClusterRoles; for every account a binding that holds in its own namespace only, and for every group its own."""

    def __init__(self, scope: Component | Part, id_: str, props: AccessRolesProps) -> None:
        super().__init__(scope, id_)
        for name, rules in props.roles.items():
            self._add_role(name, rules)
        for name, account in props.accounts.items():
            namespace = account.namespace or props.namespace
            if name not in props.existing or namespace != props.namespace:
                self._add_service_account(name, namespace)
            self._add_binding(name, account.role, namespace)
        for name, group in props.groups.items():
            self._add_group(name, group, None if group.everywhere else props.namespace)

    def _add_role(self, name: str, rules: list[RoleRule]) -> None:
        permitted = [
            {"apiGroups": list(rule.groups), "resources": list(rule.resources), "verbs": list(rule.verbs)}
            for rule in rules
        ]
        self.emit(role({"name": name}, permitted, kind="ClusterRole"))

    def _add_binding(self, name: str, given: str, namespace: str) -> None:
        metadata = {"name": name, "namespace": namespace}
        self.emit(binding(metadata, given, account=name, namespace=namespace, kind="ClusterRole"))

    def _add_group(self, name: str, group: GroupAccess, namespace: str | None) -> None:
        """Everywhere, or in one namespace."""
        inside = {"namespace": namespace} if namespace is not None else {}
        self.emit(
            {
                "apiVersion": f"{RBAC}/v1",
                "kind": "RoleBinding" if inside else "ClusterRoleBinding",
                "metadata": {"name": name, **inside},
                "roleRef": {"apiGroup": RBAC, "kind": "ClusterRole", "name": group.role},
                "subjects": [{"kind": "Group", "apiGroup": RBAC, "name": group.subject}],
            }
        )

    def _add_service_account(self, name: str, namespace: str) -> None:
        metadata: Json = {"name": name, "namespace": namespace}
        self.emit(
            {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": metadata, "automountServiceAccountToken": False}
        )
