"""`groundplan image`: which version of a service an environment runs, changed by one line in its file."""

from __future__ import annotations

import argparse
import difflib
import json
import re
from pathlib import Path

from groundplan.cli.files import one_environment, replace_file
from groundplan.cli.output import console
from groundplan.errors import UsageError
from groundplan.layout import ENVIRONMENTS
from groundplan.loading.load import load_environment
from groundplan.yaml.edit import set_scalar
from groundplan.yaml.marked import MarkedYaml, parse_marked_yaml

_VERSION = re.compile(r"^([A-Za-z0-9_][A-Za-z0-9_.-]{0,127}|sha256:[0-9a-f]{64})$")


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the verb's arguments."""
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    setting = actions.add_parser("set", help="write a service's tag or digest into an environment's file")
    setting.add_argument("environment", metavar="SYSTEM/ENVIRONMENT", help="whose file is changed")
    setting.add_argument("service", metavar="SERVICE", help="which service")
    setting.add_argument("version", metavar="VERSION", help="a tag, or a digest written sha256:<64 digits>")
    setting.add_argument(
        "--output", choices=("human", "json"), default="human", help="form of the summary (default: human)"
    )


def run(arguments: argparse.Namespace, root: Path) -> int:
    """Set the image, and say what it was; the caller renders afterwards."""
    system, environment = one_environment(root, arguments.environment)
    overlay = root / ENVIRONMENTS / system / f"{environment}.yaml"
    current = load_environment(root, system, environment).environment
    if arguments.service not in current.services:
        near = difflib.get_close_matches(arguments.service, sorted(current.services), 1)
        hint = f"did you mean `{near[0]}`?" if near else f"write one of {', '.join(sorted(current.services))}"
        raise UsageError(f"{system}/{environment} has no service `{arguments.service}`", hint)
    service = current.services[arguments.service]
    image = f"{service.repository}{_suffix(arguments.version)}"
    changed = image != service.image
    if changed:
        shown = overlay.relative_to(root).as_posix()
        text = overlay.read_bytes().decode()
        edited = set_scalar(text, ("services", arguments.service, "image"), image, shown)
        _refuse_invalid(root, system, environment, parse_marked_yaml(edited, shown))
        replace_file(overlay, edited)
    if arguments.output == "json":
        print(json.dumps({"ok": True, "changed": changed, "before": service.image, "after": image}))
    else:
        console().print(f"{arguments.service}: {service.image} -> {image}" if changed else f"{image} already")
    return 0


def _suffix(version: str) -> str:
    if not _VERSION.match(version):
        raise UsageError(f"`{version}` is neither a tag nor a digest", "write for example v1.2.3 or sha256:<64 digits>")
    return f"@{version}" if version.startswith("sha256:") else f":{version}"


def _refuse_invalid(root: Path, system: str, environment: str, edited: MarkedYaml) -> None:
    """Judge the environment as it would be, so that a file is never left worse than it was found."""
    overlay = root / ENVIRONMENTS / system / f"{environment}.yaml"
    load_environment(root, system, environment, {overlay: edited})
