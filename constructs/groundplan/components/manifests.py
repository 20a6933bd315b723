"""Plain manifests that stand beside the environment files, a component for each file or folder."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from groundplan.blueprint import Blueprint
from groundplan.errors import Finding, GroundplanError, ManifestError
from groundplan.kubernetes.kinds import is_cluster_scoped
from groundplan.model.charts import ManifestSettings, sync_wave
from groundplan.model.environment import Environment
from groundplan.model.own_files import OwnManifest
from groundplan.parts import Component


def components(environment: Environment) -> Iterator[Blueprint]:
    """A component for each name; what is not in a namespace is bounded by the operators' project."""
    for name, manifests in environment.own_files.manifests.items():
        settings = environment.manifests.get(name, ManifestSettings())
        documents = [item.document for item in manifests]
        yield Blueprint(
            name=name,
            wave=sync_wave(settings.wave),
            namespace=settings.namespace or environment.namespace,
            privileged=any(is_cluster_scoped(item["apiVersion"], item["kind"]) for item in documents),
            sources=tuple(dict.fromkeys(item.location.file for item in manifests)),
            build=_builder(name, manifests),
        )


def _builder(name: str, manifests: Sequence[OwnManifest]) -> Callable[[Component], None]:
    def build(component: Component) -> None:
        for item in manifests:
            try:
                component.emit(component, item.document, path=name)
            except GroundplanError as error:
                raise ManifestError(
                    Finding(item.location, "manifest", "", finding.message, finding.advice)
                    for finding in error.findings
                ) from None

    return build
