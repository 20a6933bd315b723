"""What decides what a chart brings: the chart, its version, the values, and where it is rendered for."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any


@dataclass(frozen=True)
class ReleaseInput:
    """Everything `helm template` is told about one release; equal inputs render equally."""

    chart: str
    """Name of the chart in its repository."""

    repository: str
    """Chart repository; without a scheme it is an OCI registry."""

    version: str
    """Chart version."""

    release: str
    """Name of the release."""

    namespace: str
    """Namespace it is installed into."""

    kubernetes: str
    """Minor version of the cluster, e.g. `1.32`."""

    values: Mapping[str, Any]
    """Inline values."""

    skip_crds: bool = False
    """Whether the chart's folder of definitions is left out. Default false."""

    @cached_property
    def digest(self) -> str:
        """SHA-256 over all of it, values in canonical JSON."""
        content = {name: getattr(self, name) for name in self.__dataclass_fields__}
        return hashlib.sha256(json.dumps(content, sort_keys=True, separators=(",", ":")).encode()).hexdigest()

    def __str__(self) -> str:
        return f"{self.chart} {self.version}"


def inputs_of(application: Mapping[str, Any], kubernetes: str) -> Iterator[ReleaseInput]:
    """The charts that an Argo CD Application renders, for a cluster of that Kubernetes minor.

    See https://argo-cd.readthedocs.io/en/stable/user-guide/helm/ .
    """
    spec = application["spec"]
    for source in spec.get("sources") or [spec.get("source") or {}]:
        if "chart" in source:
            helm = source.get("helm") or {}
            yield ReleaseInput(
                chart=str(source["chart"]),
                repository=str(source.get("repoURL", "")),
                version=str(source.get("targetRevision", "")),
                release=str(helm.get("releaseName") or application["metadata"]["name"]),
                namespace=str((spec.get("destination") or {}).get("namespace", "")),
                kubernetes=kubernetes,
                values=helm.get("valuesObject") or {},
                skip_crds=bool(helm.get("skipCrds", False)),
            )
