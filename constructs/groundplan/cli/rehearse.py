"""`groundplan rehearse`: what a real API server says to an environment, on this machine, with nothing behind it.

It needs the programs of a test environment, `etcd` and `kube-apiserver`: in the folder that `$KUBEBUILDER_ASSETS` names, in
/usr/local/kubebuilder/bin, or on PATH. `setup-envtest use 1.32` brings them.
See https://book.kubebuilder.io/reference/envtest .
"""

from __future__ import annotations

import argparse
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from groundplan.checks.inventory import Inventory, read_inventory
from groundplan.cli.output import console, finding_as_json, print_findings
from groundplan.errors import Finding, Location, Severity, UsageError
from groundplan.loading.load import load_environments
from groundplan.loading.selection import environment_names, select
from groundplan.model.environment import Environment
from groundplan.rehearsal.definitions import FOLDER
from groundplan.rehearsal.play import Rehearsal, rehearse
from groundplan.rehearsal.server import ASSETS, DEFAULT_ASSETS, Binaries, find_binaries, running

NOTHING_TO_PLAY_WITH = 3
"""Exit code where this machine has no API server."""


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the verb's arguments."""
    parser.add_argument(
        "environments",
        nargs="*",
        metavar="SYSTEM[/ENVIRONMENT]",
        help="what to apply, each to a server of its own (default: all)",
    )
    parser.add_argument(
        "--crds",
        type=Path,
        action="append",
        default=[],
        metavar="FOLDER",
        help=f"definitions of custom kinds; may be repeated (default: ${FOLDER})",
    )
    parser.add_argument("--strict", action="store_true", help="fail also where a kind has no definition")
    parser.add_argument("--output", choices=("human", "json"), default="human", help="form (default: human)")


def run(arguments: argparse.Namespace, root: Path) -> int:
    """Rehearse each environment on a server of its own.

    Returns:
        0 where everything is taken as it is, 1 where something is not, 3 where this machine has no API server.

    Raises:
        UsageError: where an environment is unknown, a folder is missing, or a server does not start.
    """
    scopes = select(root, arguments.environments)
    folders = _folders(arguments.crds)
    found = find_binaries()
    if isinstance(found, tuple):
        print_findings([_missing(found)])
        return NOTHING_TO_PLAY_WITH
    reports = [_rehearsed(root, found, folders, system, environment) for system, environment in scopes]
    if arguments.output == "json":
        print(json.dumps([_as_json(report) for report in reports]))
    else:
        for report in reports:
            _print(report)
    return int(any(report.failed(strict=arguments.strict) for report in reports))


@dataclass(frozen=True, slots=True)
class Report:
    """What came of one environment."""

    scope: str
    """`system/environment`."""

    wanted: str
    """Kubernetes minor it is meant for."""

    asked: str
    """Version of the server."""

    played: Rehearsal
    """What the server said."""

    def failed(self, *, strict: bool) -> bool:
        """Whether something is wrong; with `strict` also whether a kind had no definition."""
        wrong = any(finding.severity is Severity.ERROR for finding in self.played.findings)
        return wrong or (strict and bool(self.played.unknown))


def _rehearsed(root: Path, binaries: Binaries, folders: list[Path], system: str, environment: str) -> Report:
    scope = f"{system}/{environment}"
    inventory, wanted = _objects(root, scope)
    with running(binaries) as client:
        return Report(scope, wanted, client.version(), rehearse(client, inventory, folders))


def _folders(named: list[Path]) -> list[Path]:
    folders = named or [Path(text) for text in os.environ.get(FOLDER, "").split(os.pathsep) if text]
    for folder in folders:
        if not folder.exists():
            raise UsageError(f"`{folder}` does not exist", f"name a folder of definitions with --crds or ${FOLDER}")
    return folders


def _missing(names: tuple[str, ...]) -> Finding:
    message = f"{' and '.join(names)} not found in ${ASSETS}, in {DEFAULT_ASSETS} or on PATH, so nothing is rehearsed"
    advice = f"run `setup-envtest use` and set {ASSETS} to the folder it prints"
    return Finding(Location("this machine"), "rehearsal.no-server", "", message, advice, Severity.NOT_JUDGED)


def _objects(root: Path, scope: str) -> tuple[Inventory, str]:
    """What is rendered for the environment, on its cluster and on the management cluster; and the version it is meant for."""
    system = scope.partition("/")[0]
    pairs = [(system, name) for name in environment_names(root)[system]]
    environments = {
        f"{system}/{item.environment.environment}": item.environment for item in load_environments(root, pairs)
    }
    hosts = {name: item.host for name, item in environments.items() if item.host}
    management = [name for name, item in environments.items() if item.is_management_cluster]
    environment: Environment = environments[scope]
    only = {scope, *([f"{system}/{environment.host}"] if environment.host else [])}
    return read_inventory(root, hosts=hosts, management=management, only=only), environment.cluster.kubernetes


def _print(report: Report) -> None:
    print_findings(report.played.findings)
    if f"{report.wanted}." not in report.asked:
        console(errors=True).print(f"note: the server is {report.asked}, the cluster is meant to be {report.wanted}")
    unknown = report.played.unknown
    kinds = f"; {sum(unknown.values())} left out for want of a definition: {', '.join(unknown)}" if unknown else ""
    told = f"{report.played.applied} objects applied twice to {report.asked}, {len(report.played.findings)} findings"
    console().print(f"{report.scope}: {told}{kinds}")


def _as_json(report: Report) -> dict[str, Any]:
    findings = [finding_as_json(finding) for finding in report.played.findings]
    return {"environment": report.scope, "version": report.asked, "applied": report.played.applied,
            "unknown": report.played.unknown, "findings": findings}  # fmt: skip
