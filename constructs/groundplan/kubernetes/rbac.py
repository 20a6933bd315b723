"""Roles and who has them. See https://kubernetes.io/docs/reference/access-authn-authz/rbac/ ."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

Json = dict[str, Any]

RBAC = "rbac.authorization.k8s.io"
"""API group."""


def role(metadata: Mapping[str, Any], rules: Sequence[Mapping[str, Any]], *, kind: str = "Role") -> Json:
    """What is permitted; `kind` is Role, which holds in its namespace alone, or ClusterRole."""
    return {"apiVersion": f"{RBAC}/v1", "kind": kind, "metadata": dict(metadata), "rules": list(rules)}


def binding(metadata: Mapping[str, Any], name: str, *, account: str, namespace: str, kind: str = "Role") -> Json:
    """Gives the role `name` to a ServiceAccount of `namespace`; it holds in the binding's own namespace."""
    return {
        "apiVersion": f"{RBAC}/v1",
        "kind": "RoleBinding",
        "metadata": dict(metadata),
        "roleRef": {"apiGroup": RBAC, "kind": kind, "name": name},
        "subjects": [{"kind": "ServiceAccount", "name": account, "namespace": namespace}],
    }
