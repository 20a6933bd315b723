"""`groundplan schemas`: records what fields the kinds that we render have, from the schemas of their operators."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path

from groundplan.checks.inventory import read_inventory
from groundplan.checks.schema_kinds import kinds_to_record
from groundplan.cli.output import console, finding_as_json, print_findings
from groundplan.errors import Finding, Location, Severity, UsageError
from groundplan.schemas.record import Recorded, record, verify
from groundplan.schemas.sources import VARIABLE, named_places
from groundplan.schemas.store import FOLDER, Kind, facts_path


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the verb's arguments."""
    parser.add_argument(
        "action",
        choices=("record", "verify"),
        help=f"record: write the facts of every kind that is rendered into {FOLDER}/, and remove those of others; "
        "verify: say where they differ from the schemas",
    )
    parser.add_argument(
        "places",
        nargs="*",
        type=Path,
        metavar="PLACE",
        help="folder or file with CustomResourceDefinitions, or folder <group>/<kind>_<version>.json "
        f"(default: those that ${VARIABLE} names)",
    )
    parser.add_argument("--output", choices=("human", "json"), default="human", help="form (default: human)")


def run(arguments: argparse.Namespace, root: Path) -> int:
    """Record or verify.

    Raises:
        UsageError: where no place with schemas is named.
        SourceError: where one cannot be read.
    """
    places = arguments.places or named_places()
    if not places:
        advice = f"name a folder or file that has them, or set ${VARIABLE}; `helm show crds` prints a chart's"
        raise UsageError("no schemas are at hand", advice)
    machine = arguments.output == "json"
    return (_record if arguments.action == "record" else _verify)(root, places, machine=machine)


def _record(root: Path, places: Sequence[Path], *, machine: bool) -> int:
    recorded = record(root, kinds_to_record(read_inventory(root)), places)
    missing = [_missing(kind) for kind in recorded.missing]
    if machine:
        print(json.dumps(_as_json(recorded)))
    else:
        print_findings(missing)
        counts = {name: len(getattr(recorded, name)) for name in ("written", "unchanged", "kept", "removed")}
        console().print(
            f"{FOLDER}/: {counts['written']} kinds written, {counts['unchanged']} unchanged, {counts['removed']} removed, "
            f"{counts['kept']} kept without a source at hand"
        )
    return int(bool(missing))


def _missing(kind: Kind) -> Finding:
    message = f"no place has a schema of {kind[0]}/{kind[1]} {kind[2]}"
    return Finding(Location(str(facts_path(kind))), "schemas.missing", "", message, "name one that has it")


def _as_json(recorded: Recorded) -> dict[str, object]:
    names = ("written", "unchanged", "kept", "removed", "missing")
    lists = {name: [f"{kind[0]}/{kind[1]} {kind[2]}" for kind in getattr(recorded, name)] for name in names}
    return {"ok": not recorded.missing, **lists}


def _verify(root: Path, places: Sequence[Path], *, machine: bool) -> int:
    findings, count = verify(root, places)
    failed = any(finding.severity is Severity.ERROR for finding in findings)
    if machine:
        print(json.dumps({"ok": not failed, "verified": count, "findings": [finding_as_json(f) for f in findings]}))
    else:
        print_findings(findings)
        console().print(f"{FOLDER}/: {count} kinds held against their schemas, {len(findings)} differ")
    return int(failed)
