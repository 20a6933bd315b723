"""A copy of a cluster is worth what its restore test says: a row of copies needs one that runs and finds it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from groundplan.backups.names import VELERO_GROUP
from groundplan.checks.gate import Context
from groundplan.checks.inventory import Inventory, Object
from groundplan.errors import Finding

RBAC = "rbac.authorization.k8s.io"


def untested(inventory: Inventory, context: Context) -> Iterator[Finding]:
    """Rows of copies that nobody restores, and tests that look for a row that there is not."""
    rows = inventory.by_kind.get((VELERO_GROUP, "Schedule"), ())
    for cluster, namespace in dict.fromkeys((item.cluster, item.namespace) for item in rows):
        own = [item for item in rows if (item.cluster, item.namespace) == (cluster, namespace)]
        tests = list(_tests(inventory, cluster, namespace))
        known = {item.name for item in own}
        looked_for = {_variable(test, "SCHEDULE"): test for test in tests}
        for name, test in looked_for.items():
            if name not in known:
                message = f"restores the newest copy of `{name}`, and there is no such Schedule"
                yield inventory.finding(test, ("spec",), "intent.untested", message, f"name one of {', '.join(known)}")
        if not known & looked_for.keys():
            message = "is copied, and nobody who may ask for restores tries one"
            yield inventory.finding(own[0], ("spec",), "intent.untested", message, "write backups.restore_test")


def _tests(inventory: Inventory, cluster: str, namespace: str) -> Iterator[Object]:
    """CronJobs whose account may ask for restores."""
    allowed = {
        (subject.get("namespace", binding.namespace), subject["name"])
        for binding in inventory.by_kind.get((RBAC, "RoleBinding"), ())
        if (binding.cluster, binding.namespace) == (cluster, namespace)
        and _asks(inventory.find(cluster, RBAC, "Role", namespace, str(binding.document["roleRef"]["name"])))
        for subject in binding.document.get("subjects") or ()
    }
    for item in inventory.by_kind.get(("batch", "CronJob"), ()):
        account = _pod(item).get("serviceAccountName", "default")
        if item.cluster == cluster and (item.namespace, account) in allowed:
            yield item


def _asks(role: Object | None) -> bool:
    """Whether a role lets its holder ask for restores."""
    rules = role.document.get("rules") or () if role is not None else ()
    return any(
        VELERO_GROUP in rule.get("apiGroups", ())
        and "restores" in rule.get("resources", ())
        and "create" in rule.get("verbs", ())
        for rule in rules
    )


def _pod(item: Object) -> Mapping[str, Any]:
    found: Mapping[str, Any] = item.spec["jobTemplate"]["spec"]["template"]["spec"]
    return found


def _variable(item: Object, name: str) -> str:
    entries = (entry for container in _pod(item)["containers"] for entry in container.get("env") or ())
    return next((str(entry.get("value", "")) for entry in entries if entry["name"] == name), "")


RULES = (untested,)
