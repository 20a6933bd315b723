"""What is rendered once per system rather than per environment: workflow files and documents."""

from __future__ import annotations

from pathlib import PurePosixPath

from groundplan.documents import pages
from groundplan.errors import Finding, Location, ManifestError
from groundplan.facts.system import System
from groundplan.github import with_versions
from groundplan.kubernetes.objects import Json
from groundplan.layout import ENVIRONMENTS, docs_dir, pipelines_dir
from groundplan.pipelines import workflow_files
from groundplan.pipelines.structure import problems
from groundplan.synth.header import header, notice
from groundplan.yaml.text import refuse_unwritable, to_yaml


def render_system(system: System) -> dict[PurePosixPath, bytes]:
    """Every workflow file and document of `system`, by path relative to the repository."""
    origin = [f"{ENVIRONMENTS}/{system.name}/requirements.yaml"] if system.primary.document is not None else []
    note = "\n".join(notice([*system.sources, *system.own_sources, *origin]))
    files: dict[PurePosixPath, bytes] = {}
    for name, page in pages(system).items():
        files[docs_dir(system.name) / name] = f"<!-- {note} -->\n{page}".encode()
    for name, workflow in workflow_files(system).items():
        path = pipelines_dir(system.name) / name
        refuse_unwritable(workflow, str(path), str(workflow["name"]))
        refuse_broken(workflow, str(path))
        files[path] = with_versions(to_yaml(workflow, header(system.sources))).encode()
    return files


def refuse_broken(workflow: Json, where: str) -> None:
    """Raise ManifestError where GitHub would refuse or misread `workflow`."""
    findings = [
        Finding(Location(where), "pipelines.structure", f"{workflow.get('name')}: {field}", wrong)
        for field, wrong in problems(workflow)
    ]
    if findings:
        raise ManifestError(findings)
