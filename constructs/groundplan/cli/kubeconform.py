"""`groundplan kubeconform`: the same schemas, judged once more by a program written in Go.

The built-in gate is fast and stricter; this one is independent, and it reads YAML as the cluster does. It needs the
`kubeconform` binary on PATH. See https://github.com/yannh/kubeconform .
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from groundplan.checks.core_schemas import packaged_schemas
from groundplan.checks.schema_validators import of_an_object
from groundplan.cli.output import console
from groundplan.errors import UsageError
from groundplan.layout import STAGING, environment_dir
from groundplan.loading.load import load_environments
from groundplan.loading.selection import select
from groundplan.schemas.sources import catalogue_name
from groundplan.schemas.store import load_facts, recorded_kinds

OWN_DEFINITIONS = "/api/_definitions.json"
"""How the packaged schemas refer to their common definitions; kubeconform wants a path."""

DIALECT = "https://json-schema.org/draft/2020-12/schema"
"""The dialect that recorded facts are JSON Schema of."""


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the verb's arguments."""
    parser.add_argument("environments", nargs="*", metavar="SYSTEM[/ENVIRONMENT]", help="what to judge (default: all)")


def run(arguments: argparse.Namespace, root: Path) -> int:
    """Judge each environment at its own Kubernetes version.

    Raises:
        UsageError: where kubeconform is not installed.
    """
    binary = shutil.which("kubeconform")
    if binary is None:
        raise UsageError("kubeconform is not on PATH", "install it, or rely on the schema gate of `groundplan check`")
    failed = 0
    for loaded in load_environments(root, select(root, arguments.environments)):
        environment = loaded.environment
        version = environment.cluster.kubernetes
        schemas = export(version, root / STAGING / "kubeconform")
        recorded = export_recorded(root, root / STAGING / "kubeconform" / "recorded")
        folder = root / environment_dir(environment.system, environment.environment)
        skipped = ",".join(sorted({*_constraint_kinds(folder)}))
        command = [
            binary,
            "-strict",
            "-summary",
            "-kubernetes-version",
            f"{version}.0",
            *(("-skip", skipped) if skipped else ()),
            "-schema-location",
            f"{schemas}/{{{{.NormalizedKubernetesVersion}}}}-standalone{{{{.StrictSuffix}}}}/{{{{.ResourceKind}}}}{{{{.KindSuffix}}}}.json",
            "-schema-location",
            f"{recorded}/{{{{.Group}}}}/{{{{.ResourceKind}}}}_{{{{.ResourceAPIVersion}}}}.json",
            str(folder),
        ]
        console().print(f"{environment.system}/{environment.environment} at Kubernetes {version}")
        failed |= subprocess.run(command, check=False).returncode
    return 1 if failed else 0


def export(version: str, folder: Path) -> Path:
    """Write the strict schemas of a Kubernetes minor in the layout kubeconform looks for; return `folder`."""
    source = packaged_schemas(version)
    target = folder / f"v{version}.0-standalone-strict"
    if (target / "_definitions.json").exists():
        return folder
    target.mkdir(parents=True, exist_ok=True)
    names = [item.name for item in source.iterdir() if item.name.endswith(".json")]
    # the definitions last: their presence says that the folder is whole
    for name in sorted(names, key=lambda name: name == "_definitions.json"):
        schema = json.loads((source / name).read_text("utf-8"))
        schema.pop("$id", None)
        (target / name).write_text(json.dumps(schema).replace(OWN_DEFINITIONS, "_definitions.json"), "utf-8")
    return folder


def export_recorded(root: Path, folder: Path) -> Path:
    """Write the recorded facts as JSON Schema in the layout of public catalogues; return `folder`.

    Raises:
        FactsError: where facts cannot be read.
    """
    for kind in recorded_kinds(root):
        facts = load_facts(root, kind)
        if facts is not None:
            schema = of_an_object(facts.schema(), metadata={"type": "object"})
            target = folder / catalogue_name(kind)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(json.dumps({"$schema": DIALECT, **schema}), "utf-8")
    return folder


def _constraint_kinds(folder: Path) -> Iterator[str]:
    """Kinds that admission templates in the tree define; kubeconform cannot know their schema, which is in the tree."""
    for file in folder.glob("*/ConstraintTemplate-*.yaml"):
        for line in file.read_text("utf-8").splitlines():
            if line.strip().startswith("kind: ") and "ConstraintTemplate" not in line:
                yield line.strip().removeprefix("kind: ")
