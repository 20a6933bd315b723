"""`groundplan released`: whether a change is a release by an App that may make it, which needs nobody's review."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from groundplan.cli.output import console, finding_as_json, print_findings
from groundplan.cli.versions import system_of
from groundplan.loading.selection import environment_names
from groundplan.review.released import deployed_by, more_than_versions

SOMEBODY_ELSE = 3
"""The answer for an author who deploys nothing: the change is reviewed like any other."""


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the verb's arguments."""
    parser.add_argument("base", metavar="BASE", help="revision before")
    parser.add_argument("head", metavar="HEAD", help="revision after")
    parser.add_argument("--by", required=True, metavar="LOGIN", help="who proposes it, as GitHub calls the author")
    parser.add_argument(
        "--output", choices=("human", "json"), default="human", help="form of the answer (default: human)"
    )


def run(arguments: argparse.Namespace, root: Path) -> int:
    """Compare; 0 where only versions change, 1 where more does, 3 where the author is no App that deploys."""
    deployed = deployed_by([system_of(root, name) for name in sorted(environment_names(root))], arguments.by)
    found = list(more_than_versions(root, arguments.base, arguments.head, deployed)) if deployed else []
    environments = sorted(f"{item.system}/{item.environment}" for item in deployed.values())
    if arguments.output == "json":
        answer = {"ok": bool(deployed) and not found, "environments": environments}
        print(json.dumps({**answer, "findings": [finding_as_json(finding) for finding in found]}))
    elif found:
        print_findings(found)
    else:
        said = f"only versions of {', '.join(environments)} change" if deployed else f"{arguments.by} deploys nothing"
        console().print(said)
    return 1 if found else 0 if deployed else SOMEBODY_ELSE
