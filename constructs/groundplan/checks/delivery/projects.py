"""Projects bound what a repository may bring; a door beside them makes all of them worthless.

See https://argo-cd.readthedocs.io/en/stable/user-guide/projects/ .
"""

from __future__ import annotations

from collections.abc import Iterator

from groundplan.checks.applications import Delivery
from groundplan.checks.delivery.applications import applications
from groundplan.checks.gate import Context
from groundplan.checks.inventory import Inventory, Object
from groundplan.errors import Finding

ADVICE = "render an AppProject `default` without sources and destinations"


def projects(inventory: Inventory, _: Context) -> Iterator[Finding]:
    """Argo CDs whose project `default`, which permits everything, is not locked; and open projects."""
    found = inventory.by_kind.get(("argoproj.io", "AppProject"), ())
    locked = {(item.cluster, item.namespace) for item in found if item.name == "default" and _is_empty(item)}
    told: set[tuple[str, str]] = set()
    delivery = Delivery(inventory)
    for item in applications(inventory):
        place = delivery.argo_cd_of(item)
        if place not in locked and place not in told:
            told.add(place)
            message = f"lives in an Argo CD of {item.cluster} whose project `default` permits everything"
            yield inventory.finding(item, ("metadata", "namespace"), "delivery.default-project", message, ADVICE)
    for project in found:
        yield from _open(inventory, project)


def _is_empty(project: Object) -> bool:
    return not project.spec.get("sourceRepos") and not project.spec.get("destinations")


def _open(inventory: Inventory, project: Object) -> Iterator[Finding]:
    """Wildcards that permit any repository, any namespace of any cluster, or any kind."""
    spec = project.spec
    places = [(("spec", "sourceRepos"), "*" in spec.get("sourceRepos", []), "any repository")]
    for index, entry in enumerate(spec.get("destinations", [])):
        places.append(
            (("spec", "destinations"), entry.get("namespace") == "*", f"any namespace, in destination {index}")
        )
    for key in ("clusterResourceWhitelist", "namespaceResourceWhitelist"):
        wide = any(entry.get("kind") == "*" and entry.get("group") == "*" for entry in spec.get(key, []))
        places.append((("spec", key), wide, "any kind"))
    for field, is_open, what in places:
        if is_open:
            yield inventory.finding(project, field, "delivery.open-project", f"permits {what}", "list what it needs")
