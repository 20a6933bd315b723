"""The catalogue of add-ons: which charts, in which versions, and what they bring into a cluster."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Literal

import yaml
from pydantic import Field, field_validator

from groundplan.addons.sizes import Size, Sizes
from groundplan.errors import ConstructError
from groundplan.model.environment import Environment
from groundplan.model.values import Model, Name
from groundplan.waves import SyncWave

SOURCE = "constructs/groundplan/addons/catalogue.yaml"
"""Where a person changes a version."""


class DefinitionSource(Model):
    """Where an add-on's definitions come from when its chart cannot be left to bring them."""

    repository: str = Field(pattern=r"^https://")
    """Git repository; the tag is `v` and the chart's version."""

    path: str
    """Folder that holds them, one file each."""

    shared: str
    """Files its siblings hold as well, as a pattern; the first add-on of a cluster that has them brings them."""


class AddOn(Model):
    """One upstream Helm chart."""

    purpose: str
    """What it does, in a few words."""

    reason: str
    """Why an environment gets it, and why this version where that is not plain."""

    chart: str
    """Name of the chart in its repository."""

    repository: str = Field(pattern=r"^(https://|[a-z0-9.-]+/)")
    """Address of the chart repository; without a scheme it is an OCI registry."""

    licence: str
    """SPDX identifier of the software the chart installs."""

    namespace: Name
    """Where it is installed."""

    wave: str = "OPERATORS"
    """Name of its sync wave. Default OPERATORS."""

    part: Literal["delivery", "certificates", "monitoring", "policy", "resource_metrics"] | None = None
    """Part of the platform it belongs to: every cluster has it, unless `cluster.parts` can leave that out and does.
    Default none: it comes with what uses it."""

    pod_security: Literal["restricted", "baseline", "privileged"] | None = None
    """Pod Security Standard of the namespace Argo CD makes for it. Default none: the namespace is somebody else's."""

    versions: dict[str, str]
    """Kubernetes minor (`1.32`) or range of minors (`1.28-1.31`) to exact chart version."""

    image_tags: dict[str, str] = {}
    """Kubernetes minor or range to the image tag, where the software must follow the cluster. Default the chart's own."""

    sizes: dict[str, Size] = {}
    """Part of the software to how large it is. Default none: it runs nothing."""

    service_account: Name | None = None
    """ServiceAccount that needs permissions in the cloud. Default none."""

    kinds: list[str]
    """Kinds the chart renders, `Kind` for the core group and `group/Kind` for the others."""

    extra_namespaces: list[Name] = []
    """Namespaces beside its own it puts objects into. Default none."""

    definitions: dict[str, list[str]] = {}
    """API group to the kinds the chart defines, at once or at run time; `*` is every kind of the group. Default none."""

    installed_definitions: dict[str, list[str]] = {}
    """API group to the kinds that what it installs defines, which no render of its chart shows; `*` is every kind of the
    group. Default none."""

    without_priority: str = ""
    """Why its pods have no priority class although the API server calls them: its chart has no key for one, and what
    that means. Default they have one."""

    shared_definitions: dict[str, list[str]] = {}
    """API group to the kinds that its siblings define in the same words. Default none."""

    definitions_from: DefinitionSource | None = None
    """Where its definitions come from. Default the chart."""

    permissions: str = ""
    """What the service account must be allowed in the cloud, where no file here says so. Default nothing beyond them."""

    starts_nodes: Literal["network", "cloud"] | None = None
    """What no node of a cluster of machines is ready without: a network for pods, or somebody who knows its machines in
    the cloud. People install it before Argo CD, which needs nodes. Default none."""

    webhooks: bool = False
    """Whether a controller writes certificates into its webhook configurations or API services at run time. Default false."""

    @field_validator("wave")
    @classmethod
    def _known_wave(cls, name: str) -> str:
        if name not in SyncWave.__members__:
            raise ValueError(f"`{name}` is not a sync wave; write one of {', '.join(SyncWave.__members__)}")
        return name

    @property
    def sync_wave(self) -> SyncWave:
        """When it is installed."""
        return SyncWave[self.wave]

    @property
    def defined_kinds(self) -> tuple[tuple[str, str], ...]:
        """(API group, kind) of everything the API server knows once it is installed."""
        return tuple(
            (group, kind)
            for table in (self.definitions, self.shared_definitions, self.installed_definitions)
            for group, kinds in table.items()
            for kind in kinds
        )

    @property
    def rendered_kinds(self) -> tuple[tuple[str, str], ...]:
        """(API group, kind) of everything the chart renders."""
        pairs = (kind.rpartition("/") for kind in self.kinds)
        return tuple((group, kind) for group, _, kind in pairs)

    def version_for(self, kubernetes: str) -> str:
        """The chart version for a Kubernetes minor.

        Raises:
            ConstructError: where the catalogue names none.
        """
        return self._for(kubernetes, self.versions, "version")

    def image_tag_for(self, kubernetes: str) -> str:
        """The image tag for a Kubernetes minor.

        Raises:
            ConstructError: where the catalogue names none.
        """
        return self._for(kubernetes, self.image_tags, "image tag")

    def _for(self, kubernetes: str, table: Mapping[str, str], what: str) -> str:
        minor = _minor(kubernetes)
        for supported, version in table.items():
            first, _, last = supported.partition("-")
            if _minor(first) <= minor <= _minor(last or first):
                return version
        raise ConstructError(
            f"add-on {self.chart}",
            f"no {what} is known for Kubernetes {kubernetes}, only for {', '.join(table) or 'none'}",
            f"add one to {SOURCE}, or choose another minor",
        )


@cache
def catalogue() -> Mapping[str, AddOn]:
    """Every add-on by name."""
    text = files("groundplan.addons").joinpath("catalogue.yaml").read_text(encoding="utf-8")
    return {name: AddOn.model_validate(entry) for name, entry in _read(text).items()}


def sizes(environment: Environment, add_on: str) -> Sizes:
    """The parts of `add_on`, as large as the environment's cluster takes them."""
    usual = catalogue()[add_on].sizes
    if environment.cluster.size == "usual":
        return usual
    return {part: size.in_small_cluster for part, size in usual.items()}


def definers() -> dict[tuple[str, str], str]:
    """(API group, kind) of every custom resource to the add-on that defines it."""
    return {
        (group, kind): name
        for name, add_on in catalogue().items()
        for group, kinds in add_on.definitions.items()
        for kind in kinds
    }


def _minor(kubernetes: str) -> tuple[int, ...]:
    return tuple(int(part) for part in kubernetes.split("."))


class _TextLoader(yaml.CSafeLoader):
    """Reads numbers as they are written: a version such as `1.30` must not become 1.3."""


_TextLoader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith((":float", ":int"))]
    for first, resolvers in yaml.CSafeLoader.yaml_implicit_resolvers.items()
}


def _read(text: str) -> dict[str, dict[str, object]]:
    content = yaml.load(text, Loader=_TextLoader)  # a subclass of the safe loader
    if not isinstance(content, dict):
        raise TypeError(f"{SOURCE} is not a mapping")
    return content
