"""Roles of the Kubernetes API and who has them. See https://kubernetes.io/docs/reference/access-authn-authz/rbac/ ."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from groundplan.kubernetes.rbac import binding, role
from groundplan.model.rbac import Account, RoleRule
from groundplan.parts import Component, Json, Part


@dataclass(frozen=True, kw_only=True, slots=True)
class AccessRolesProps:
    """Which roles there are and who has them."""

    roles: Mapping[str, list[RoleRule]] = field(default_factory=dict)
    """Name of a ClusterRole to what it permits. Default none: they belong to whoever has the cluster."""

    accounts: Mapping[str, Account] = field(default_factory=dict)
    """Name of a ServiceAccount to the role it has. Default none."""

    namespace: str
    """Namespace of accounts that name none."""

    existing: Collection[str] = ()
    """Accounts of `namespace` that somebody else makes. Default none."""


class AccessRoles(Part):
    """ClusterRoles, and for every account a binding that holds in its own namespace only."""

    def __init__(self, scope: Component | Part, id_: str, props: AccessRolesProps) -> None:
        super().__init__(scope, id_)
        for name, rules in props.roles.items():
            self._add_role(name, rules)
        for name, account in props.accounts.items():
            namespace = account.namespace or props.namespace
            if name not in props.existing or namespace != props.namespace:
                self._add_service_account(name, namespace)
            self._add_binding(name, account.role, namespace)

    def _add_role(self, name: str, rules: list[RoleRule]) -> None:
        permitted = [
            {"apiGroups": list(rule.groups), "resources": list(rule.resources), "verbs": list(rule.verbs)}
            for rule in rules
        ]
        self.emit(role({"name": name}, permitted, kind="ClusterRole"))

    def _add_binding(self, name: str, given: str, namespace: str) -> None:
        metadata = {"name": name, "namespace": namespace}
        self.emit(binding(metadata, given, account=name, namespace=namespace, kind="ClusterRole"))

    def _add_service_account(self, name: str, namespace: str) -> None:
        metadata: Json = {"name": name, "namespace": namespace}
        self.emit(
            {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": metadata, "automountServiceAccountToken": False}
        )
