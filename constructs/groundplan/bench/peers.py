"""The same objects through other tools, where they are installed."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import yaml

from groundplan.bench import floor
from groundplan.bench.measure import Cost, measure


def manifests(root: Path) -> list[Path]:
    """Every object a run over the repository `root` rendered."""
    return sorted(path for top in ("dist", "argocd") for path in (root / top).rglob("*.yaml"))


def tool(name: str) -> str | None:
    """The program `name`, from beside this Python or from PATH; None where it is not installed."""
    return shutil.which(name, path=os.pathsep.join((str(Path(sys.executable).parent), os.environ.get("PATH", ""))))


def floor_cost(root: Path, work: Path) -> Cost:
    """Dumping and writing alone."""
    work.mkdir()
    documents = {
        str(path.relative_to(root)): yaml.load(path.read_bytes(), Loader=yaml.CSafeLoader) for path in manifests(root)
    }
    (work / "documents.json").write_text(json.dumps(documents))
    return measure([sys.executable, floor.__file__, "documents.json", "out"], work)


def renderers() -> Iterator[str]:
    """The installed tools that render."""
    for name in ("kubectl", "helm"):
        if tool(name) is not None:
            yield name


def render(name: str, root: Path, work: Path) -> Cost:
    """Have `kubectl kustomize` or `helm template` read and write the objects of `root`; the result is `rendered.yaml`."""
    work.mkdir()
    program = tool(name)
    assert program is not None  # `renderers` said so
    if name == "kubectl":
        _kustomization(root, work)
        command = [program, "kustomize", "."]
    else:
        _helm_chart(root, work)
        command = [program, "template", NAME_OF_RELEASE, "."]
    return measure(command, work, output=work / "rendered.yaml", environment={"HOME": str(work)})


NAME_OF_RELEASE = "sample"


def _kustomization(root: Path, work: Path) -> None:
    names = []
    for index, path in enumerate(manifests(root)):
        names.append(f"{index:06d}.yaml")
        shutil.copy(path, work / names[-1])
    (work / "kustomization.yaml").write_text(yaml.dump({"resources": names}, Dumper=yaml.CSafeDumper))


def _helm_chart(root: Path, work: Path) -> None:
    (work / "Chart.yaml").write_text(f"apiVersion: v2\nname: {NAME_OF_RELEASE}\nversion: 0.1.0\n")
    (work / "templates").mkdir()
    for index, path in enumerate(manifests(root)):
        text = path.read_text().replace("{{", '{{ "{{" }}')
        (work / "templates" / f"{index:06d}.yaml").write_text(text)


def judge(work: Path) -> tuple[Cost, list[str]]:
    """kubeconform, where it is installed, and checkov's command over `rendered.yaml`; with the names of what ran."""
    rendered = work / "judged"
    rendered.mkdir()
    shutil.copy(work / "rendered.yaml", rendered / "rendered.yaml")
    costs, ran = [], []
    kubeconform, checkov = tool("kubeconform"), tool("checkov")
    if kubeconform is not None:
        costs.append(measure([kubeconform, "-ignore-missing-schemas", "-strict", rendered], work, accepted=(0, 1)))
        ran.append("kubeconform")
    if checkov is not None:
        command: list[str | Path] = [
            checkov,
            "--directory",
            rendered,
            "--framework",
            "kubernetes",
            "--compact",
            "--quiet",
            "--skip-download",
        ]
        costs.append(measure(command, work, accepted=(0, 1)))
        ran.append("checkov")
    return sum(costs, Cost(0, 0, 0, 0)), ran
