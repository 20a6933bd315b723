"""Applications and AppProjects as the gates see them: what each brings, and what it may bring.

See https://argo-cd.readthedocs.io/en/stable/user-guide/projects/ .
"""

from __future__ import annotations

import fnmatch
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from groundplan.checks.inventory import Identity, Inventory, Object, sources
from groundplan.kubernetes.kinds import is_cluster_scoped

ARGO = "argoproj.io"
WAVE = "argocd.argoproj.io/sync-wave"


@dataclass(frozen=True, eq=False)
class Delivery:
    """Who delivers what."""

    inventory: Inventory
    """What is rendered."""

    _by_synced_folder: dict[str, tuple[Object, ...]] = field(default_factory=dict, repr=False)

    @cached_property
    def applications(self) -> tuple[Object, ...]:
        """Every Application."""
        return self.inventory.by_kind.get((ARGO, "Application"), ())

    @cached_property
    def projects(self) -> tuple[Object, ...]:
        """Every AppProject."""
        return self.inventory.by_kind.get((ARGO, "AppProject"), ())

    @cached_property
    def by_folder(self) -> Mapping[str, tuple[Object, ...]]:
        """Applications by the folder they sync."""
        found: dict[str, list[Object]] = defaultdict(list)
        for application in self.applications:
            for source in sources(application.document):
                if isinstance(source.get("path"), str):
                    found[source["path"].strip("/")].append(application)
        return {folder: tuple(items) for folder, items in found.items()}

    def owners(self, item: Object) -> list[Object]:
        """The Applications that sync the file of `item`."""
        return list(self._syncing(item.path.rpartition("/")[0]))

    def _syncing(self, folder: str) -> tuple[Object, ...]:
        known = self._by_synced_folder.get(folder)
        if known is None:
            known = self._by_synced_folder[folder] = tuple(self._found(folder))
        return known

    def _found(self, folder: str) -> list[Object]:
        parts = folder.split("/")
        above = ["/".join(parts[:length]) for length in range(len(parts) - 1, 0, -1)]
        return [
            *self.by_folder.get(folder, ()),
            *(
                application
                for parent in above
                for application in self.by_folder.get(parent, ())
                if recurses(application, parent)
            ),
        ]

    def project_of(self, application: Object) -> Object | None:
        """The AppProject an Application names: in its own namespace, or one that takes Applications from there.

        Its own folder's where two have that name.
        """
        name = str(application.spec.get("project", ""))
        found = [
            item
            for item in self._projects_named.get((application.cluster, name), ())
            if application.namespace == item.namespace or _takes_from(item, application.namespace)
        ]
        folder = application.path.rpartition("/")[0]
        return next((item for item in found if item.path.startswith(f"{folder}/")), found[0] if found else None)

    @cached_property
    def _projects_named(self) -> Mapping[tuple[str, str], tuple[Object, ...]]:
        found: dict[tuple[str, str], list[Object]] = defaultdict(list)
        for item in self.projects:
            found[item.cluster, item.name].append(item)
        return {key: tuple(items) for key, items in found.items()}

    def argo_cd_of(self, application: Object) -> tuple[str, str]:
        """Cluster and namespace of the Argo CD that syncs an Application: its project's."""
        project = self.project_of(application)
        return application.cluster, (project or application).namespace


def _takes_from(project: Object, namespace: str) -> bool:
    """See https://argo-cd.readthedocs.io/en/stable/operator-manual/app-any-namespace/ ."""
    return any(fnmatch.fnmatchcase(namespace, str(entry)) for entry in project.spec.get("sourceNamespaces") or ())


def recurses(application: Object, folder: str) -> bool:
    """Whether an Application takes the files below the folders of its folder."""
    return any(
        bool((source.get("directory") or {}).get("recurse"))
        for source in sources(application.document)
        if str(source.get("path", "")).strip("/") == folder
    )


def wave_of(item: Object) -> int:
    """The sync wave of an object; 0 where none is written."""
    try:
        return int(item.annotations.get(WAVE, "0"))
    except ValueError:
        return 0


def permits_source(project: Object, url: str) -> bool:
    """Whether a project's Applications may come from a repository."""
    return any(fnmatch.fnmatchcase(url, str(pattern)) for pattern in project.spec.get("sourceRepos") or ())


def permits_destination(project: Object, server: str, namespace: str) -> bool:
    """Whether a project's Applications may go to a namespace of a cluster."""
    return any(
        fnmatch.fnmatchcase(server, str(entry.get("server", entry.get("name", ""))))
        and fnmatch.fnmatchcase(namespace, str(entry.get("namespace", "")))
        for entry in _entries(project, "destinations")
    )


def permits_kind(project: Object, identity: Identity) -> bool:
    """Whether a project's Applications may bring a kind.

    Argo CD denies cluster-scoped kinds that are not listed and allows namespaced ones where there is no list.
    """
    cluster_scoped = is_cluster_scoped(f"{identity.group}/v1" if identity.group else "v1", identity.kind)
    scope = "cluster" if cluster_scoped else "namespace"
    if any(_matches(entry, identity) for entry in _entries(project, f"{scope}ResourceBlacklist")):
        return False
    allowed = list(_entries(project, f"{scope}ResourceWhitelist"))
    if not allowed and not cluster_scoped:
        return f"{scope}ResourceWhitelist" not in project.spec
    return any(_matches(entry, identity) for entry in allowed)


def _matches(entry: Mapping[str, Any], identity: Identity) -> bool:
    return fnmatch.fnmatchcase(identity.group, str(entry.get("group", ""))) and fnmatch.fnmatchcase(
        identity.kind, str(entry.get("kind", ""))
    )


def _entries(project: Object, field: str) -> Iterator[Mapping[str, Any]]:
    for entry in project.spec.get(field) or ():
        if isinstance(entry, Mapping):
            yield entry
