"""`groundplan image`: which version of a service an environment runs, changed by one line in its file."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from groundplan.cli.files import one_environment
from groundplan.cli.output import console
from groundplan.cli.versions import apply, settings, system_of


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the verb's arguments."""
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    setting = actions.add_parser(
        "set", help="write a service's tag or digest into an environment's file, and into its standby's"
    )
    setting.add_argument("environment", metavar="SYSTEM/ENVIRONMENT", help="whose file is changed")
    setting.add_argument("service", metavar="SERVICE", help="which service")
    setting.add_argument("version", metavar="VERSION", help="a tag, or a digest written sha256:<64 digits>")
    setting.add_argument(
        "--output", choices=("human", "json"), default="human", help="form of the summary (default: human)"
    )


def run(arguments: argparse.Namespace, root: Path) -> int:
    """Set the image, and say what it was; the caller renders afterwards."""
    name, environment = one_environment(root, arguments.environment)
    system = system_of(root, name)
    wanted = settings(system, system.named(environment), {arguments.service: arguments.version})
    apply(root, name, wanted)
    first = wanted[0]
    changed = [item.environment for item in wanted if item.changes]
    if arguments.output == "json":
        answer = {"ok": True, "changed": bool(changed), "before": first.before, "after": first.after}
        print(json.dumps({**answer, "environments": changed}))
        return 0
    for item in wanted:
        where = "" if item is first else f"{item.environment}, its standby: "
        said = f"{item.service}: {item.before} -> {item.after}" if item.changes else f"{item.after} already"
        console().print(f"{where}{said}")
    return 0
