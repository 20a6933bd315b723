"""What lets the operator read in which zone a node stands: it is told nothing else of the cluster beside its namespace."""

from __future__ import annotations

from groundplan.kubernetes.namespaces import ELASTIC
from groundplan.kubernetes.rbac import RBAC, role
from groundplan.parts import Component, Part

NAME = "elastic-operator-nodes"
ACCOUNT = "elastic-operator"


class NodeReader(Part):
    """A ClusterRole to look at nodes, and the operator's account as the one who has it."""

    def __init__(self, scope: Component | Part, id_: str) -> None:
        super().__init__(scope, id_)
        looks = {"apiGroups": [""], "resources": ["nodes"], "verbs": ["get", "list", "watch"]}
        self.emit(role({"name": NAME}, [looks], kind="ClusterRole"))
        self.emit(
            {
                "apiVersion": f"{RBAC}/v1",
                "kind": "ClusterRoleBinding",
                "metadata": {"name": NAME},
                "roleRef": {"apiGroup": RBAC, "kind": "ClusterRole", "name": NAME},
                "subjects": [{"kind": "ServiceAccount", "name": ACCOUNT, "namespace": ELASTIC}],
            }
        )
