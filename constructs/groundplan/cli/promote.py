"""`groundplan promote`: the versions one environment runs, written into the next one's file."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from groundplan.cli.files import one_environment
from groundplan.cli.output import console
from groundplan.cli.versions import apply, settings, system_of
from groundplan.errors import UsageError
from groundplan.facts.system import System
from groundplan.model.environment import Environment


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the verb's arguments."""
    parser.add_argument("system", metavar="SYSTEM", help="whose services")
    parser.add_argument("source", metavar="FROM", help="environment whose versions are taken")
    parser.add_argument("target", metavar="TO", help="environment whose file is changed, with its standby's")
    parser.add_argument("services", nargs="*", metavar="SERVICE", help="which services (default: all both have)")
    parser.add_argument(
        "--output", choices=("human", "json"), default="human", help="form of the summary (default: human)"
    )


def run(arguments: argparse.Namespace, root: Path) -> int:
    """Write the versions, and say what they were; the caller renders afterwards."""
    for name in (arguments.source, arguments.target):
        one_environment(root, f"{arguments.system}/{name}")
    system = system_of(root, arguments.system)
    source, target = system.named(arguments.source), system.named(arguments.target)
    _refuse_backwards(system, source, target)
    wanted = settings(system, target, _versions(source, target, arguments.services))
    apply(root, system.name, wanted)
    changed = [item for item in wanted if item.changes]
    if arguments.output == "json":
        listed = [
            {"environment": item.environment, "service": item.service, "before": item.before, "after": item.after}
            for item in changed
        ]
        print(json.dumps({"ok": True, "changed": listed}))
        return 0
    for item in changed:
        console().print(f"{item.environment}: {item.service}: {item.before} -> {item.after}")
    console().print("now: make, and groundplan review" if changed else f"{target.environment} runs all of it already")
    return 0


def _refuse_backwards(system: System, source: Environment, target: Environment) -> None:
    """A version comes to an environment from one that runs it before."""
    order = [item.environment for item in system.promotions]
    if target.environment not in order:
        advice = f"write one of {', '.join(order)}"
        raise UsageError(f"nothing is promoted to {system.name}/{target.environment}", advice)
    if source.environment not in order or order.index(source.environment) >= order.index(target.environment):
        before = order[: order.index(target.environment)]
        advice = f"write one of {', '.join(before)}" if before else "it is the first: groundplan image set"
        raise UsageError(f"{source.environment} does not come before {target.environment}", advice)


def _versions(source: Environment, target: Environment, services: list[str]) -> dict[str, str]:
    """Tag or digest of each service that is asked for.

    Raises:
        UsageError: for a service that `source` does not have.
    """
    missing = [name for name in services if name not in source.services]
    if missing:
        raise UsageError(f"{source.environment} has no service `{missing[0]}`", "name one that it runs")
    chosen = services or [name for name in source.services if name in target.services]
    return {name: _version(source, name) for name in chosen}


def _version(environment: Environment, name: str) -> str:
    image = environment.services[name].image
    return image.partition("@")[2] or image.removeprefix(environment.services[name].repository).removeprefix(":")
