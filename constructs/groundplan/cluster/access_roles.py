"""Roles of the Kubernetes API and who has them. See https://kubernetes.io/docs/reference/access-authn-authz/rbac/ ."""

from __future__ import annotations

from groundplan.model.rbac import Account, Rbac, RoleRule
from groundplan.parts import Component, Json, Part

RBAC = "rbac.authorization.k8s.io"


class AccessRoles(Part):
    """ClusterRoles, and for every account a binding that holds in its own namespace only."""

    def __init__(self, scope: Component | Part, id_: str, rbac: Rbac) -> None:
        super().__init__(scope, id_)
        if self.environment.has_cluster:
            for name, rules in rbac.roles.items():
                self._add_role(name, rules)
        if self.environment.has_workloads:
            for name, account in rbac.accounts.items():
                self._add_account(name, account)

    def _add_role(self, name: str, rules: list[RoleRule]) -> None:
        self.emit(
            {
                "apiVersion": f"{RBAC}/v1",
                "kind": "ClusterRole",
                "metadata": {"name": name},
                "rules": [
                    {"apiGroups": list(rule.groups), "resources": list(rule.resources), "verbs": list(rule.verbs)}
                    for rule in rules
                ],
            }
        )

    def _add_account(self, name: str, account: Account) -> None:
        namespace = account.namespace or self.environment.namespace
        own = {service.service_account or key for key, service in self.environment.services.items()}
        if name not in own or namespace != self.environment.namespace:
            self._add_service_account(name, namespace)
        self.emit(
            {
                "apiVersion": f"{RBAC}/v1",
                "kind": "RoleBinding",
                "metadata": {"name": name, "namespace": namespace},
                "roleRef": {"apiGroup": RBAC, "kind": "ClusterRole", "name": account.role},
                "subjects": [{"kind": "ServiceAccount", "name": name, "namespace": namespace}],
            }
        )

    def _add_service_account(self, name: str, namespace: str) -> None:
        metadata: Json = {"name": name, "namespace": namespace}
        self.emit(
            {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": metadata, "automountServiceAccountToken": False}
        )
