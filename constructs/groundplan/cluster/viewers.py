"""What people see who may look: beside what the platform's own role shows, what is the cluster's, and what operators define.

Secrets are not part of it: whoever reads them may act as everybody they are for.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from groundplan.kubernetes.accounts import VIEWERS
from groundplan.kubernetes.rbac import RBAC, role
from groundplan.parts import Component, Json, Part

LOOK = ["get", "list", "watch"]

OWN: Mapping[str, list[str]] = {
    "": ["namespaces", "nodes", "persistentvolumes"],
    "apiextensions.k8s.io": ["customresourcedefinitions"],
    "metrics.k8s.io": ["nodes", "pods"],
    "scheduling.k8s.io": ["priorityclasses"],
    "storage.k8s.io": ["storageclasses", "volumeattachments"],
}
"""Groups to what is no namespace's, and is looked at when something goes wrong."""


class Viewers(Part):
    """A ClusterRole, and the group that has it.

    Args:
        scope: the component.
        id_: construct id.
        kinds: group to the kinds that operators of this cluster define.
    """

    def __init__(self, scope: Component | Part, id_: str, *, kinds: Mapping[str, Iterable[str]]) -> None:
        super().__init__(scope, id_)
        seen = {**OWN, **{group: sorted(map(plural, names)) for group, names in sorted(kinds.items())}}
        rules: list[Json] = [
            {"apiGroups": [group], "resources": resources, "verbs": LOOK} for group, resources in seen.items()
        ]
        self.emit(role({"name": VIEWERS}, rules, kind="ClusterRole"))
        self.emit(
            {
                "apiVersion": f"{RBAC}/v1",
                "kind": "ClusterRoleBinding",
                "metadata": {"name": VIEWERS},
                "roleRef": {"apiGroup": RBAC, "kind": "ClusterRole", "name": VIEWERS},
                "subjects": [{"kind": "Group", "apiGroup": RBAC, "name": VIEWERS}],
            }
        )


def plural(kind: str) -> str:
    """A kind as definitions call its objects."""
    word = kind.lower()
    if word.endswith("y") and word[-2] not in "aeiou":
        return f"{word[:-1]}ies"
    return f"{word}es" if word.endswith(("s", "x", "ch", "sh")) else f"{word}s"
