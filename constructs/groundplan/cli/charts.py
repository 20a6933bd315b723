"""`groundplan charts`: records what the charts of the rendered Applications bring, with helm and the charts at hand."""

from __future__ import annotations

import argparse
import fnmatch
import json
import os
import tempfile
from collections.abc import Callable
from pathlib import Path

from groundplan.chart_facts.helm import BINARY_VARIABLE, CHARTS_VARIABLE, Helm, chart_folders, find_helm
from groundplan.chart_facts.recorder import Recorder, Wanted
from groundplan.chart_facts.store import FOLDER, Entry, read_recorded, write_entries
from groundplan.checks.chart_refusals import refusals
from groundplan.checks.chart_releases import wanted_releases
from groundplan.cli.output import console, print_findings


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the verb's arguments."""
    parser.add_argument(
        "action", choices=("record",), help=f"record: render with helm what has no facts yet in {FOLDER}"
    )
    parser.add_argument(
        "releases",
        nargs="*",
        metavar="release",
        help="charts or Applications to record again though they are known, e.g. `argo-cd` or `istiod-*`",
    )
    parser.add_argument("--all", action="store_true", help="record everything again")
    parser.add_argument(
        "--charts",
        default=None,
        metavar="FOLDERS",
        help=f"folders that hold charts as <chart>-<version> or .tgz (default: ${CHARTS_VARIABLE}; else their repositories)",
    )
    parser.add_argument("--output", choices=("human", "json"), default="human", help="form (default: human)")
    parser.epilog = f"helm 3 or 4 must be on PATH, or named by ${BINARY_VARIABLE}"


def run(arguments: argparse.Namespace, root: Path) -> int:
    """Record what is missing, and drop what nobody renders any more."""
    told: list[Entry] = []
    with tempfile.TemporaryDirectory(prefix="groundplan-charts-") as scratch:
        helm = Helm(find_helm(), chart_folders(arguments.charts), Path(scratch))
        recorder = Recorder(helm, refusals, read_recorded(root), os.cpu_count() or 1)
        entries = recorder.record(wanted_releases(root), _again(arguments), _teller(told, arguments.output == "json"))
    written, removed = write_entries(root, entries)
    _print_summary(entries, told, written, removed, machine=arguments.output == "json")
    print_findings(recorder.failures)
    return int(bool(recorder.failures))


def _again(arguments: argparse.Namespace) -> Callable[[Wanted], bool]:
    def again(wanted: Wanted) -> bool:
        names = (wanted.application, wanted.release.chart, wanted.release.release)
        return arguments.all or any(fnmatch.fnmatchcase(name, word) for word in arguments.releases for name in names)

    return again


def _teller(told: list[Entry], machine: bool) -> Callable[[Wanted, Entry], None]:
    def tell(wanted: Wanted, entry: Entry) -> None:
        told.append(entry)
        if not machine:
            state = f"{len(entry.facts.objects)} objects" if entry.recorded else f"not recorded: {entry.reason}"
            console().print(f"{wanted.system}/{wanted.application}: {wanted.release}: {state}")

    return tell


def _print_summary(
    entries: dict[str, Entry], told: list[Entry], written: tuple[str, ...], removed: tuple[str, ...], *, machine: bool
) -> None:
    missing = sum(not entry.recorded for entry in entries.values())
    if machine:
        print(
            json.dumps(
                {
                    "ok": True,
                    "inputs": len(entries),
                    "rendered": len(told),
                    "not_recorded": missing,
                    "written": list(written),
                    "removed": list(removed),
                }
            )
        )
        return
    console().print(
        f"{len(entries)} distinct inputs, {len(told)} rendered, {missing} not recorded: "
        f"{len(written)} files written, {len(removed)} removed"
    )
