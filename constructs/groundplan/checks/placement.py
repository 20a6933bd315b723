"""The placement gate: one owner for everything, nothing where it may not be, no two objects of one identity."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from groundplan.checks.applications import (
    Delivery,
    permits_destination,
    permits_kind,
    permits_source,
    recurses,
)
from groundplan.checks.gate import Context, Verdict
from groundplan.checks.inventory import Inventory, Object, sources
from groundplan.errors import Finding, Location
from groundplan.kubernetes.kinds import is_cluster_scoped
from groundplan.layout import ARGOCD

TENANT_KINDS = frozenset({("", "Namespace"), ("", "PersistentVolume")})
"""Cluster-scoped kinds a tenant may bring; every other one would be shared with its neighbours by accident."""


def run(inventory: Inventory, context: Context) -> Verdict:
    """Judge where every object lies and who brings it."""
    delivery = Delivery(inventory)
    findings = [
        *_unique(inventory),
        *(finding for project in delivery.projects for finding in _project(inventory, project)),
        *(finding for application in delivery.applications for finding in _application(delivery, application)),
        *(finding for item in inventory for finding in _object(delivery, context, item)),
    ]
    return Verdict(len(inventory.objects), tuple(findings))


def _unique(inventory: Inventory) -> Iterator[Finding]:
    for (cluster, identity), items in inventory.by_identity.items():
        for item in items[1:]:
            if _is_applied_by_hand(item) and item.spec == items[0].spec:
                continue  # the same words twice do no harm where no Application fights for them
            yield inventory.finding(
                item,
                ("metadata", "name"),
                "placement.twice",
                f"cluster {cluster} already gets {identity} from {items[0].path}",
                "give one another name",
            )


def _project(inventory: Inventory, project: Object) -> Iterator[Finding]:
    for index, url in enumerate(project.spec.get("sourceRepos") or ()):
        if url == "*":
            yield inventory.finding(
                project,
                ("spec", "sourceRepos", index),
                "placement.any-source",
                "`*` lets any repository in",
                "name the repositories",
            )
    for index, entry in enumerate(project.spec.get("destinations") or ()):
        for field in ("server", "name", "namespace"):
            if entry.get(field) == "*":
                yield inventory.finding(
                    project,
                    ("spec", "destinations", index, field),
                    "placement.any-destination",
                    f"`*` allows any {field}",
                    "name the destinations",
                )


def _application(delivery: Delivery, application: Object) -> Iterator[Finding]:
    inventory, name = delivery.inventory, str(application.spec.get("project", ""))
    if name in ("", "default"):
        yield inventory.finding(
            application,
            ("spec", "project"),
            "placement.default-project",
            "project `default` permits everything",
            "name the system's project",
        )
        return
    project = delivery.project_of(application)
    if project is None:
        yield inventory.finding(
            application,
            ("spec", "project"),
            "placement.no-project",
            f"there is no AppProject `{name}` in {application.namespace} of {application.cluster}",
            "name one that is rendered",
        )
        return
    for source in sources(application.document):
        url = str(source.get("repoURL", ""))
        if not permits_source(project, url):
            yield inventory.finding(
                application,
                ("spec", "source", "repoURL"),
                "placement.source",
                f"project `{name}` does not permit `{url}`",
                "add it to its sourceRepos",
            )
    destination = application.spec.get("destination") or {}
    server, namespace = (
        str(destination.get("server", destination.get("name", ""))),
        str(destination.get("namespace", "")),
    )
    if not permits_destination(project, server, namespace):
        yield inventory.finding(
            application,
            ("spec", "destination"),
            "placement.destination",
            f"project `{name}` does not permit namespace `{namespace}` of {server}",
            "add it to its destinations",
        )
    yield from _sources_exist(delivery, application)


def _sources_exist(delivery: Delivery, application: Object) -> Iterator[Finding]:
    folders = _folders(delivery.inventory)
    for source in sources(application.document):
        folder = source.get("path")
        if isinstance(folder, str) and folder.strip("/") not in folders and not delivery.inventory.is_elsewhere(source):
            yield delivery.inventory.finding(
                application,
                ("spec", "source", "path"),
                "placement.empty-source",
                f"`{folder}` holds no object",
                "remove the Application",
            )


@cache
def _folders(inventory: Inventory) -> frozenset[str]:
    """Every folder that holds an object, at any depth."""
    found: set[str] = set()
    for item in inventory:
        folder = item.path.rpartition("/")[0]
        while folder and folder not in found:
            found.add(folder)
            folder = folder.rpartition("/")[0]
    return frozenset(found)


def _object(delivery: Delivery, context: Context, item: Object) -> Iterator[Finding]:
    inventory = delivery.inventory
    yield from _tenant(inventory, context, item)
    if _is_applied_by_hand(item):
        return
    owners = delivery.owners(item)
    if not owners:
        component = "/".join(item.path.split("/")[:4])
        flat = [owner.name for owner in delivery.by_folder.get(component, ()) if not recurses(owner, component)]
        reason = f"Application {flat[0]} does not take folders below its own" if flat else "no Application syncs it"
        yield _whole(item, "placement.no-owner", reason, f"make one Application of {component}, recursing")
        return
    if len(owners) > 1:
        names = " and ".join(sorted(owner.name for owner in owners))
        yield _whole(item, "placement.owners", f"Applications {names} both sync it", "leave it to one of them")
    for owner in owners:
        if owner.cluster != item.cluster:
            yield _whole(
                item,
                "placement.cluster",
                f"Application {owner.name} syncs it into {owner.cluster}, not into {item.cluster}",
                "move the Application or the component",
            )
        yield from _permitted(delivery, owner, item)


def _permitted(delivery: Delivery, owner: Object, item: Object) -> Iterator[Finding]:
    project = delivery.project_of(owner)
    if project is None:
        return  # already a finding of the Application
    if not permits_kind(project, item.identity):
        kind = f"{item.group}/{item.kind}" if item.group else item.kind
        scope = "cluster" if is_cluster_scoped(item.api_version, item.kind) else "namespace"
        yield delivery.inventory.finding(
            item,
            ("kind",),
            "placement.kind",
            f"project `{project.name}` does not permit {kind}",
            f"add it to its {scope}ResourceWhitelist",
        )
    server = str((owner.spec.get("destination") or {}).get("server", ""))
    if item.namespace and not permits_destination(project, server, item.namespace):
        yield delivery.inventory.finding(
            item,
            ("metadata", "namespace"),
            "placement.namespace",
            f"project `{project.name}` does not permit namespace `{item.namespace}`",
            "add it to its destinations",
        )


def _tenant(inventory: Inventory, context: Context, item: Object) -> Iterator[Finding]:
    environment = context.environment_of(item)
    if environment is None or environment.role != "tenant" or item.cluster != f"{item.system}/{environment.host}":
        return
    if is_cluster_scoped(item.api_version, item.kind) and (item.group, item.kind) not in TENANT_KINDS:
        yield inventory.finding(
            item,
            ("kind",),
            "placement.tenant",
            f"a tenant brings {item.kind}, which belongs to the whole cluster",
            f"render it in {environment.host}",
        )


def _is_applied_by_hand(item: Object) -> bool:
    """Roots and their project are what a person applies; everything else has an owner."""
    return item.tree == ARGOCD.name and item.component.startswith("root-")


def _whole(item: Object, rule: str, message: str, advice: str) -> Finding:
    return Finding(Location(item.path), rule, str(item), message, advice)
