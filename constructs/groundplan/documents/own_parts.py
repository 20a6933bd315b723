"""What of a system came past the model: charts, plain manifests and components in Python, for its first page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath

from groundplan.facts.own_charts import own_charts
from groundplan.facts.system import System
from groundplan.markdown import link, table
from groundplan.model.environment import Environment
from groundplan.model.own_files import OwnManifest
from groundplan.page import UP


def own_parts(system: System) -> str:
    """A row for each, with the environments that have it; nothing where the model says it all."""
    where: dict[tuple[str, str, str], list[str]] = {}
    for environment in system.environments:
        for part in _parts(environment):
            where.setdefault(part, []).append(environment.environment)
    rows = [(*part, ", ".join(environments)) for part, environments in sorted(where.items())]
    return table(["Component", "What it is", "Comes from", "Environments"], rows)


def _parts(environment: Environment) -> Iterator[tuple[str, str, str]]:
    for name, chart in own_charts(environment).items():
        yield name, f"chart {chart.chart} {chart.version} in `{chart.namespace}`", chart.repository
    for name, manifests in environment.own_files.manifests.items():
        yield name, _kinds(manifests), _source([item.location.file for item in manifests])
    for component in environment.own_files.components:
        yield component.name, component.about, _source([component.file])


def _kinds(manifests: Sequence[OwnManifest]) -> str:
    counts = Counter(str(item.document["kind"]) for item in manifests)
    return ", ".join(f"{count} {kind}" for kind, count in sorted(counts.items()))


def _source(files: Sequence[str]) -> str:
    """The one file, or the folder that several lie in."""
    path = PurePosixPath(files[0])
    shown = path if len(set(files)) == 1 else path.parent
    return link(f"{shown.parent.name}/{shown.name}", f"{UP}/{shown}")
