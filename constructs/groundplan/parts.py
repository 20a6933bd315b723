"""What every construct here is made of: parts that emit manifests into a component.

A `Component` is a cdk8s Chart: one folder in `dist/`, one Argo CD Application. A `Part` is a Construct below it.
A `Manifest` is an ApiObject given as one plain mapping. The mapping stays on the Python side, so an object costs
one call into jsii instead of four, and `cdk8s.Testing.synth` and `App.synth` still see it whole.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import cdk8s
import jsii
from constructs import Construct

from groundplan.errors import ConstructError
from groundplan.kubernetes.kinds import is_cluster_scoped
from groundplan.kubernetes.labels import common_labels
from groundplan.kubernetes.objects import Json as Json  # constructs take it from here
from groundplan.waves import SyncWave

MONITORING = "monitoring.coreos.com/v1"
"""What only a cluster with monitoring understands."""


class Manifest(cdk8s.ApiObject):
    """One Kubernetes object, exactly as given."""

    def __init__(self, scope: Construct, id_: str, document: Json) -> None:
        metadata = document["metadata"]
        super().__init__(
            scope,
            id_,
            api_version=document["apiVersion"],
            kind=document["kind"],
            metadata=cdk8s.ApiObjectMetadata(name=metadata["name"], namespace=metadata.get("namespace")),
        )
        self.document = document

    @jsii.member(jsii_name="toJson")
    def to_json(self) -> Json:
        """The object as it is written."""
        return self.document


class Component(cdk8s.Chart):
    """A component of an environment: one chart, one folder in `dist/`, one Argo CD Application.

    Args:
        scope: the cdk8s App of the environment.
        name: name of the component and of its folder.
        system: name of the system, for the labels of its objects.
        environment: name of the environment, for them too.
        wave: when it is synced, relative to the environment's other components.
        namespace: where its namespaced objects go unless they say otherwise.
        management: True where the objects are for the management cluster, not for the environment's own.
        monitored: False where nobody watches the cluster; what only monitoring understands is then left out.
    """

    def __init__(
        self,
        scope: Construct,
        name: str,
        *,
        system: str,
        environment: str,
        wave: SyncWave,
        namespace: str,
        management: bool = False,
        monitored: bool = True,
    ) -> None:
        super().__init__(scope, name)
        self.name = name
        self.wave = wave
        self.namespace_name = namespace
        self.management = management
        self.monitored = monitored
        self.manifests: list[Manifest] = []
        self.common_labels = common_labels(system, environment, name)

    @property
    def component(self) -> Component:
        """Itself, so that parts may stand directly below it."""
        return self

    def emit(self, scope: Construct, document: Mapping[str, Any], *, path: str) -> Manifest:
        """Add one object: fills in the namespace and the common labels, refuses a second one of the same identity."""
        full = self.placed(document)
        kind, placed = full["kind"], full["metadata"]
        id_ = f"{full['apiVersion'].partition('/')[0]}-{kind}-{placed.get('namespace', '')}-{placed['name']}"
        try:
            manifest = Manifest(scope, id_, full)
        except RuntimeError as error:  # jsii's only way to say that the id is taken
            raise ConstructError(
                path, f"{kind} `{placed['name']}` cannot be added ({str(error).splitlines()[0]})", "emit it once"
            ) from None
        self.manifests.append(manifest)
        return manifest

    def placed(self, document: Mapping[str, Any]) -> Json:
        """`document` with the component's namespace and the common labels where it has none of its own."""
        metadata = dict(document["metadata"])
        kind, api_version = document["kind"], document["apiVersion"]
        placed: Json = {"name": metadata.pop("name")}
        if not is_cluster_scoped(api_version, kind):
            placed["namespace"] = metadata.pop("namespace", self.namespace_name)
        placed["labels"] = {**self.common_labels, **metadata.pop("labels", {})}
        placed.update(metadata)
        full: Json = {"apiVersion": api_version, "kind": kind, "metadata": placed}
        full.update({key: value for key, value in document.items() if key not in full})
        return full

    def documents(self) -> Iterator[Json]:
        """Every object of the component, in the order it was emitted; what its cluster has nobody for is left out."""
        absent = "" if self.monitored else MONITORING
        return (manifest.document for manifest in self.manifests if manifest.document["apiVersion"] != absent)


class Part(Construct):
    """Base of our constructs: knows its component and emits objects. What else it needs it is given as props.

    Names are the construct's id, with no hash, so that a manifest keeps its path in `dist/` when the Python changes.
    """

    def __init__(self, scope: Component | Part, id_: str) -> None:
        super().__init__(scope, id_)
        self.component: Component = scope.component
        self._path = f"{scope.path if isinstance(scope, Part) else scope.name}/{id_}"

    @property
    def path(self) -> str:
        """Where the construct stands in the tree, for error messages."""
        return self._path

    def emit(self, document: Mapping[str, Any]) -> Manifest:
        """Add one object to the component."""
        return self.component.emit(self, document, path=self._path)

    def fail(self, message: str, advice: str = "") -> ConstructError:
        """The error of this construct; `raise self.fail(...)`."""
        return ConstructError(self._path, message, advice)


def without_none(document: Mapping[str, Any]) -> Json:
    """`document` without keys whose value is None, at the top level only: how optional fields are left out."""
    return {key: value for key, value in document.items() if value is not None}
