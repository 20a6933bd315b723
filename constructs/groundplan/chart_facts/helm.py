"""Runs helm: finds its binary and the charts, and renders one release as Argo CD would.

See https://helm.sh/docs/helm/helm_template/ .
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import tarfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from groundplan.chart_facts.release import ReleaseInput
from groundplan.errors import Finding, GroundplanError, Location

BINARY_VARIABLE = "HELM"
"""Environment variable that names the helm binary."""

CHARTS_VARIABLE = "GROUNDPLAN_CHARTS"
"""Environment variable that names folders of charts, separated like those of PATH."""

INTERNAL = "_internal_defaults_do_not_set"
"""Where Istio's charts keep their defaults; templates read them as if they stood at the top."""

SECONDS = 300
"""How long one run of helm may take."""

_ASKED = re.compile(r'"([a-z0-9-]+(?:\.[a-z0-9-]+)+/v[0-9][a-z0-9]*(?:/[A-Z][A-Za-z]*)?)"')


class HelmError(GroundplanError):
    """Helm is not there, or says no."""

    def __init__(self, where: str, message: str, advice: str = "") -> None:
        super().__init__([Finding(Location(where), "charts.helm", "", message, advice)])


class ChartMissingError(HelmError):
    """The chart is in no folder and its repository does not answer."""


def find_helm() -> str:
    """The helm binary: `$HELM`, else the one on PATH.

    Raises:
        HelmError: where there is none.
    """
    named = os.environ.get(BINARY_VARIABLE)
    found = shutil.which(named or "helm")
    if found is None:
        raise HelmError(
            "helm",
            f"{f'`{named}` of ${BINARY_VARIABLE} is no program' if named else 'there is none on PATH'}",
            f"install helm 3 or 4, or point ${BINARY_VARIABLE} at it",
        )
    return found


@dataclass(frozen=True, slots=True)
class Helm:
    """Helm with a place to keep the charts it fetches."""

    binary: str
    """Path of the binary."""

    folders: tuple[Path, ...]
    """Where charts may lie already, `<chart>-<version>` unpacked or `<chart>-<version>.tgz`."""

    scratch: Path
    """Folder for what is fetched and unpacked."""

    def chart(self, release: ReleaseInput) -> Path:
        """The unpacked chart of `release`.

        Raises:
            ChartMissingError: where no folder has it and its repository does not give it.
        """
        name = f"{release.chart}-{release.version}"
        for folder in (*self.folders, self.scratch):
            if (folder / name / "Chart.yaml").is_file():
                return _of_version(folder / name, release)
            if (folder / f"{name}.tgz").is_file():
                return _of_version(self._unpacked(folder / f"{name}.tgz", name), release)
        return _of_version(self._pulled(release, name), release)

    def _unpacked(self, archive: Path, name: str) -> Path:
        target = self.scratch / name
        with tarfile.open(archive) as tar:
            tar.extractall(self.scratch / f"{name}.new", filter="data")
        next((self.scratch / f"{name}.new").iterdir()).rename(target)
        return target

    def _pulled(self, release: ReleaseInput, name: str) -> Path:
        at_repository = ["--repo", release.repository, release.chart]
        if "://" not in release.repository:
            at_repository = [f"oci://{release.repository}/{release.chart}"]
        target = self.scratch / f"{name}.pulled"
        run = self._run(["pull", *at_repository, "--version", release.version, "--destination", str(target)])
        archives = sorted(target.glob("*.tgz"))
        if run.returncode or not archives:
            raise ChartMissingError(
                str(release),
                f"{release.repository} does not give it ({_reason(run.stderr)})",
                f"put {name}.tgz into a folder and name that in ${CHARTS_VARIABLE}",
            )
        return self._unpacked(archives[0], name)

    def render(
        self,
        chart: Path,
        release: ReleaseInput,
        values: Mapping[str, Any],
        served: Iterable[str] = (),
        *,
        check_values: bool = True,
    ) -> str:
        """What `helm template` prints.

        Args:
            chart: folder of the chart.
            release: what is rendered.
            values: the values, in place of the release's own.
            served: custom APIs the cluster serves.
            check_values: whether the chart's own schema of values is held against them. Default true.

        Raises:
            HelmError: where helm refuses.
        """
        words = ["template", release.release, str(chart), "--namespace", release.namespace]
        words += ["--kube-version", f"{release.kubernetes}.0", "--values", "-"]
        words += [] if release.skip_crds else ["--include-crds"]
        words += [] if check_values else ["--skip-schema-validation"]
        words += [word for api in served for word in ("--api-versions", api)]
        run = self._run(words, json.dumps(values))
        if run.returncode:
            raise HelmError(str(release), _reason(run.stderr))
        return run.stdout

    def _run(self, words: list[str], text: str = "") -> subprocess.CompletedProcess[str]:
        home = {name: str(self.scratch / "home") for name in ("HELM_CACHE_HOME", "HELM_CONFIG_HOME", "HELM_DATA_HOME")}
        return subprocess.run(
            [self.binary, *words],
            input=text,
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
            env={**os.environ, **home},
        )


def chart_folders(named: str | None) -> tuple[Path, ...]:
    """Folders of charts: those of the flag, else those of `$GROUNDPLAN_CHARTS`."""
    listed = named or os.environ.get(CHARTS_VARIABLE, "")
    return tuple(Path(folder).expanduser() for folder in listed.split(os.pathsep) if folder)


def asked_apis(chart: Path) -> tuple[str, ...]:
    """Custom APIs whose presence the chart's templates ask for, sub-charts included."""
    found: set[str] = set()
    for path in chart.rglob("*"):
        if "templates" in path.parts and path.suffix in (".yaml", ".yml", ".tpl"):
            text = path.read_text("utf-8", errors="replace")
            if "Capabilities.APIVersions" in text or "capabilities.APIVersions" in text:
                found.update(_ASKED.findall(text))
    return tuple(sorted(found))


def chart_defaults(chart: Path) -> dict[str, Any]:
    """The chart's default values, with those of its sub-charts below their names."""
    own = _yaml(chart / "values.yaml")
    result: dict[str, Any] = {}
    for folder in sorted((chart / "charts").glob("*/Chart.yaml")):
        result[folder.parent.name] = chart_defaults(folder.parent)
    return merged(merged(result, own), own.get(INTERNAL) or {})


def merged(under: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """`over` laid over `under`, as helm lays values over each other."""
    result = dict(under)
    for key, value in over.items():
        below = result.get(key)
        result[key] = merged(below, value) if isinstance(below, Mapping) and isinstance(value, Mapping) else value
    return result


def parse(text: str) -> Iterator[dict[str, Any]]:
    """The objects of helm's output.

    Raises:
        yaml.YAMLError: where it is not YAML.
    """
    for document in yaml.load_all(text, Loader=_Loader):
        if isinstance(document, dict) and "kind" in document:
            if document["kind"] == "List":
                yield from document.get("items") or ()
            else:
                yield document


class _Loader(yaml.CSafeLoader):
    """Reads times and `=` as text, as Kubernetes' reader does."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith((":timestamp", ":value"))]
    for first, resolvers in yaml.CSafeLoader.yaml_implicit_resolvers.items()
}


def _yaml(path: Path) -> dict[str, Any]:
    content = yaml.load(path.read_bytes(), Loader=_Loader) if path.is_file() else None
    return content if isinstance(content, dict) else {}


def _of_version(chart: Path, release: ReleaseInput) -> Path:
    told = _yaml(chart / "Chart.yaml")
    if (told.get("name"), str(told.get("version"))) != (release.chart, release.version):
        raise ChartMissingError(
            str(release),
            f"{chart} holds {told.get('name')} {told.get('version')}",
            "put the chart of that name and version there",
        )
    return chart


def _reason(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("WARNING")]
    return " ".join(lines)[:600] or "it says nothing"
