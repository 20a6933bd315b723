"""`groundplan values`: the values that Argo CD gives a chart, for the one install that comes before Argo CD."""

from __future__ import annotations

import argparse
from pathlib import Path

from groundplan.errors import UsageError
from groundplan.kubernetes.labels import COMPONENT
from groundplan.layout import argocd_dir
from groundplan.yaml.manifests import parse_documents
from groundplan.yaml.text import to_yaml


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    parser.add_argument(
        "environment", metavar="SYSTEM/ENVIRONMENT", help="environment whose Application brings the chart"
    )
    parser.add_argument("component", metavar="COMPONENT", help="component of the chart, e.g. argo-cd")


def run(arguments: argparse.Namespace, root: Path) -> int:
    """Print them as YAML, ready for `helm --values -`."""
    system, _, environment = arguments.environment.partition("/")
    folder = argocd_dir(system, environment)
    for path in sorted((root / folder).glob("*/Application-*.yaml")):
        for document in parse_documents(path.read_bytes()):
            source = document["spec"].get("source", {})
            if document["metadata"].get("labels", {}).get(COMPONENT) == arguments.component and "chart" in source:
                print(to_yaml(source.get("helm", {}).get("valuesObject", {}), ""), end="")
                return 0
    raise UsageError(
        f"no Application of {folder} brings a chart as `{arguments.component}`",
        "name a component whose source is a chart",
    )
