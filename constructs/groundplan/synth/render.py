"""One environment to text: cdk8s App, one Chart per component, then a path and bytes for every object."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

import cdk8s
from jsii import _reference_map as jsii_references

from groundplan.components import Blueprint, Release, plan
from groundplan.delivered import Delivered, HelmSource, asks_first
from groundplan.delivery.applications import (
    APPLICATIONS,
    MANAGEMENT,
    BootstrapProject,
    EnvironmentDelivery,
    Projects,
    Root,
)
from groundplan.delivery.argocd import ManagementHealth
from groundplan.delivery.member import member
from groundplan.errors import ConstructError, Finding, Location, ManifestError
from groundplan.facts.cloud_names import applications_namespace
from groundplan.kubernetes.kinds import api_group, is_cluster_scoped
from groundplan.kubernetes.labels import COMPONENT
from groundplan.layout import argocd_dir, component_dir, file_name, object_path
from groundplan.model.environment import Environment
from groundplan.parts import Component, Json
from groundplan.synth.header import header
from groundplan.waves import SyncWave
from groundplan.yaml.text import manifest_text


@dataclass(frozen=True, slots=True)
class Rendered:
    """The files of one environment, by path relative to the repository."""

    files: dict[PurePosixPath, bytes]


def render_environment(environment: Environment) -> Rendered:
    """Build and lay out everything of one environment.

    Raises:
        ConstructError: where a construct cannot render what it was given.
        ManifestError: where two objects claim one path, or a value cannot be written.
    """
    app = cdk8s.App()
    files: dict[PurePosixPath, bytes] = {}
    delivered = []
    for part, component in _build(app, environment):
        delivered.append(part)
        if component is None:
            continue
        folder = component_dir(environment.system, environment.environment, part.name)
        note = header([*environment.sources, *part.sources])
        _lay_out(files, ((object_path(folder, document), document) for document in component.documents()), note)
    _add_delivery(app, environment, delivered, files)
    forget_constructs()
    return Rendered(files)


def render_application(environment: Environment, name: str, *, management: bool) -> Json | None:
    """The Application of one component, without rendering the others; none where no such component is delivered."""
    app = cdk8s.App()
    part = next((part for part in plan(environment) if part.name == name), None)
    if part is None:
        return None
    delivered = (
        _delivered_release(part)
        if isinstance(part, Release)
        else _delivered_component(part, part.component(app, environment))
    )
    applications = applications_namespace(environment, management=management)
    folder = MANAGEMENT if management else APPLICATIONS
    share = _argocd_component(app, folder, environment, applications)
    EnvironmentDelivery(share, folder, member(environment), [delivered], management=management)
    documents = (item for item in share.documents() if item["kind"] == "Application")
    return next((item for item in documents if item["metadata"]["labels"][COMPONENT] == name), None)


def forget_constructs() -> None:
    """Let go of the constructs that have been written: jsii would hold every one until its process ends.

    It cannot know what JavaScript still refers to; after its app is done, nothing asks for any of them.
    """
    references = getattr(jsii_references, "_refs", None)
    getattr(references, "_refs", {}).clear()


def _build(app: cdk8s.App, environment: Environment) -> Iterator[tuple[Delivered, Component | None]]:
    """Every component as it is delivered, with its objects where it is rendered here."""
    parts = plan(environment)
    _refuse_namesakes(parts)
    owners: dict[tuple[str, ...], str] = {}
    for part in parts:
        if isinstance(part, Release):
            yield _delivered_release(part), None
            continue
        component = part.component(app, environment)
        if next(component.documents(), None) is None:
            continue
        _refuse_second_owner(owners, component)
        yield _delivered_component(part, component), component


def _refuse_namesakes(parts: Iterable[Blueprint | Release]) -> None:
    """Two components of one name would share a folder and an Application."""
    seen: set[str] = set()
    for part in parts:
        if part.name in seen:
            raise ConstructError(
                part.name, "two components have this name", "choose another name for the service or store"
            )
        seen.add(part.name)


def _refuse_second_owner(owners: dict[tuple[str, ...], str], component: Component) -> None:
    """One object in two components would be synced, and pruned, by two Applications."""
    for document in component.documents():
        metadata = document["metadata"]
        group, kind = api_group(document["apiVersion"]), document["kind"]
        place = "management" if component.management else "cluster"
        other = owners.setdefault((place, group, kind, metadata.get("namespace", ""), metadata["name"]), component.name)
        if other != component.name:
            what = f"{kind} `{metadata['name']}` is also an object of {other}"
            raise ConstructError(component.name, what, "choose another name for one of the two")


def _delivered_release(release: Release) -> Delivered:
    return Delivered(
        name=release.name,
        wave=release.wave,
        namespace=release.namespace,
        management=release.management,
        helm=HelmSource(
            repository=release.repository,
            chart=release.chart,
            version=release.version,
            values=release.values,
            definitions=release.definitions,
        ),
        objects=tuple((f"{group}/" if group else "", kind, "") for group, kind in release.kinds),
        extra_namespaces=release.extra_namespaces,
        sources=release.sources,
        sync_options=release.sync_options,
        ignore_differences=release.ignore_differences,
        namespace_labels=dict(release.namespace_labels) or None,
    )


def _delivered_component(blueprint: Blueprint, component: Component) -> Delivered:
    return Delivered(
        name=blueprint.name,
        wave=blueprint.wave,
        namespace=blueprint.namespace,
        management=blueprint.management,
        privileged=blueprint.privileged or (blueprint.open and _reaches_the_cluster(component)),
        lasting=blueprint.management or any(asks_first(document) for document in component.documents()),
        sources=blueprint.sources,
        objects=tuple(
            (document["apiVersion"], document["kind"], document["metadata"].get("namespace", ""))
            for document in component.documents()
        ),
    )


def _reaches_the_cluster(component: Component) -> bool:
    """Whether any object lies outside namespaces; only the operators' project may bring such."""
    return any(is_cluster_scoped(item["apiVersion"], item["kind"]) for item in component.documents())


def _add_delivery(
    app: cdk8s.App, environment: Environment, delivered: list[Delivered], files: dict[PurePosixPath, bytes]
) -> None:
    note = header(environment.sources)
    base = argocd_dir(environment.system, environment.environment)
    # What tenants bring is built once more here: their project lives with the cluster, and permits exactly that.
    own = member(environment)
    tenants = [(member(tenant), [part for part, _ in _build(cdk8s.App(), tenant)]) for tenant in environment.tenants]
    for folder, management in ((APPLICATIONS, False), (MANAGEMENT, True)):
        if not any(item.management == management for item in delivered):
            continue
        applications = applications_namespace(environment, management=management)
        share = _argocd_component(app, folder, environment, applications)
        root = _argocd_component(
            app, f"root-{folder}", environment, environment.delivery.argocd_namespace(management=management)
        )
        # On the management cluster projects are not what a system's own repository may bring.
        bound = root if applications != root.namespace_name else share
        Projects(bound, "projects", own, delivered, tenants, applications=applications, management=management)
        EnvironmentDelivery(share, folder, own, delivered, management=management)
        for document in share.documents():
            share_note = header([*environment.sources, *_further_sources(document, delivered)])
            _lay_out(files, [(base / folder / file_name(document), document)], share_note)
        BootstrapProject(root, "bootstrap", own, applications=applications, management=management)
        if management and environment.delivery.management_cluster is None:
            ManagementHealth(root, "health")
        Root(root, "root", own, applications=applications, management=management)
        _lay_out(
            files, ((base / f"root-{folder}" / file_name(document), document) for document in root.documents()), note
        )


def _further_sources(document: Json, delivered: Iterable[Delivered]) -> Iterator[str]:
    """What an Application's component is made from beside the environment; a project speaks of all components."""
    component = document["metadata"]["labels"][COMPONENT]
    for item in delivered:
        if document["kind"] != "Application" or item.name == component:
            yield from item.sources


def _argocd_component(app: cdk8s.App, name: str, environment: Environment, namespace: str) -> Component:
    return Component(
        app,
        f"argocd-{name}",
        system=environment.system,
        environment=environment.environment,
        wave=SyncWave.DELIVERY,
        namespace=namespace,
        monitored=environment.parts.monitoring,
    )


def _lay_out(files: dict[PurePosixPath, bytes], placed: Iterable[tuple[PurePosixPath, Json]], note: str) -> None:
    """Write each document to its path; a second one on a path is an error that names both."""
    for path, document in placed:
        name = f"{document['kind']} {document['metadata']['name']}"
        if path in files:
            raise ManifestError(
                [
                    Finding(
                        Location(str(path)),
                        "collision",
                        name,
                        f"two objects lie on this path, this {document['apiVersion']} and another",
                        "give one another name",
                    )
                ]
            )
        files[path] = manifest_text(document, note, where=str(path), subject=name).encode()
