"""A component before it is rendered: its name, its wave, and what goes into it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import cdk8s

from groundplan.delivered import DefinitionSource
from groundplan.foreign import OpenComponent
from groundplan.model.environment import Environment
from groundplan.parts import Component, Json
from groundplan.waves import SyncWave


@dataclass(frozen=True, kw_only=True, slots=True)
class Blueprint:
    """A component that is rendered into `dist/`."""

    name: str
    """Name of the component, its folder and its Application."""

    wave: SyncWave
    """When it is synced."""

    namespace: str
    """Where its namespaced objects go unless they say otherwise."""

    build: Callable[[Component], object]
    """Emits its objects."""

    management: bool = False
    """True where it is synced into the management cluster. Default false."""

    privileged: bool = False
    """True where it changes the cluster's own machinery: the operators' project bounds it. Default false."""

    sources: tuple[str, ...] = ()
    """Files it is made from beside the environment's, relative to the repository; headers name them. Default none."""

    open: bool = False
    """True where others' constructs emit its objects, so that the whole construct tree is searched. Default false."""

    def component(self, app: cdk8s.App, environment: Environment) -> Component:
        """The component with all its objects, as one of `environment`."""
        component = (OpenComponent if self.open else Component)(
            app,
            self.name,
            system=environment.system,
            environment=environment.environment,
            wave=self.wave,
            namespace=self.namespace,
            management=self.management,
            monitored=environment.parts.monitoring,
        )
        self.build(component)
        return component


@dataclass(frozen=True, kw_only=True, slots=True)
class Release:
    """A component that Argo CD renders itself: an upstream Helm chart at a pinned version, values inline."""

    name: str
    """Name of the Application and of the Helm release."""

    wave: SyncWave = SyncWave.OPERATORS
    """When it is synced. Default OPERATORS."""

    namespace: str
    """Where it is installed."""

    chart: str
    """Name of the chart in its repository."""

    repository: str
    """Address of the chart repository; without a scheme it is an OCI registry."""

    version: str
    """Exact chart version."""

    values: Json = field(default_factory=dict)
    """Values, inline. Default the chart's own."""

    sync_options: tuple[str, ...] = ()
    """Sync options beside the common ones, e.g. `ServerSideApply=true`. Default none."""

    ignore_differences: tuple[Json, ...] = ()
    """Fields that controllers write and Argo CD must not fight over. Default none."""

    kinds: tuple[tuple[str, str], ...] = ()
    """(API group, kind) of everything the chart renders; the project permits exactly these. Default none."""

    extra_namespaces: tuple[str, ...] = ()
    """Namespaces beside its own it puts objects into. Default none."""

    namespace_labels: Mapping[str, str] = field(default_factory=dict)
    """Labels of the namespace Argo CD creates, pod security among them. Default none."""

    definitions: DefinitionSource | None = None
    """Where its definitions come from instead of the chart. Default the chart."""

    management: bool = False
    """True where it is installed on the management cluster. Default false."""

    sources: tuple[str, ...] = ()
    """Files it is made from beside the environment's, relative to the repository; headers name them. Default none."""
