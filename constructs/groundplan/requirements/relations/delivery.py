"""How something gets into its cluster, and stays there as it is written."""

from __future__ import annotations

from groundplan.checks.applications import ARGO, permits_destination, permits_kind, permits_source, recurses
from groundplan.checks.inventory import Object, sources
from groundplan.requirements.relations.asked import Asked, current


def delivered(component: str) -> bool:
    """Whether one Application syncs everything of a component by itself, undoes what others change, and may do so."""
    asked = current()
    objects = [item for item in asked.ground.world.within(asked.ground.scope) if item.component == component]
    rendered = [item for item in objects if item.tree == "dist"]
    if not rendered:
        return asked.no(f"nothing of {component} is rendered for {asked.ground.scope}")
    return all(brought(asked, item) for item in rendered)


def brought(asked: Asked, item: Object) -> bool:
    """Whether one Application brings an object by itself, and its project lets it."""
    folder = "/".join(item.path.split("/")[:4])
    owners = [
        known
        for known in asked.ground.world.of(ARGO, "Application", item.scope)
        if any(str(source.get("path", "")).strip("/") == folder for source in sources(known.document))
    ]
    if len(owners) != 1:
        return asked.no(f"{len(owners)} Applications sync {folder}")
    application = owners[0]
    asked.through(application, "delivery")
    automated = (application.spec.get("syncPolicy") or {}).get("automated") or {}
    if not (automated.get("selfHeal") and automated.get("prune")):
        return asked.no(f"{application} does not sync {folder} by itself")
    if item.path.count("/") > folder.count("/") + 1 and not recurses(application, folder):
        return asked.no(f"{application} does not take folders below {folder}")
    return _permitted(asked, application, item)


def _permitted(asked: Asked, application: Object, item: Object) -> bool:
    name = application.spec.get("project")
    projects = asked.ground.world.of(ARGO, "AppProject")
    known = [one for one in projects if one.name == name and one.cluster == application.cluster]
    project = next((one for one in known if one.namespace == application.namespace), known[0] if known else None)
    if project is None:
        return asked.no(f"{application} belongs to no project")
    if len(known) == 1:
        asked.through(project, "project")
    destination = application.spec.get("destination") or {}
    server = str(destination.get("server", destination.get("name", "")))
    namespaces = {str(destination.get("namespace", "")), *([item.namespace] if item.namespace else [])}
    return (
        all(permits_source(project, str(source.get("repoURL"))) for source in sources(application.document))
        and all(permits_destination(project, server, namespace) for namespace in namespaces)
        and permits_kind(project, item.identity)
    ) or asked.no(f"{project} does not let {application} bring {item}")
