"""`groundplan synth`: render environments into `dist/` and `argocd/`."""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import shutil
import sys
import time
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from groundplan.layout import DIST
from groundplan.loading.selection import select
from groundplan.synth.exchange import only_run, recover
from groundplan.synth.workers import imported_meanwhile, processes

if TYPE_CHECKING:
    from groundplan.synth.synthesize import Synthesized


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the verb's arguments."""
    parser.add_argument(
        "environments", nargs="*", metavar="SYSTEM[/ENVIRONMENT]", help="what to render (default: everything)"
    )
    parser.add_argument("--workers", type=int, default=None, help="processes (default: one per core)")
    parser.add_argument(
        "--output",
        choices=("human", "json", "github", "sarif"),
        default="human",
        help="form of what is wrong, and for machines of the summary (default: human)",
    )


def run(arguments: argparse.Namespace, root: Path) -> int:
    """Render, write, and say what changed."""
    render(arguments, root)
    return 0


def render(arguments: argparse.Namespace, root: Path) -> Synthesized:
    """Render, write, say what changed, and return what was rendered."""
    started = time.perf_counter()
    pairs = select(root, arguments.environments)  # before anything is created below a root that is none
    # Workers start a Node each, once they are forked; where this process renders, its own starts while files are read.
    alone = processes(arguments.workers, len(pairs)) == 1
    with (
        only_run(root, waiting=lambda: print("waiting for another run to finish", file=sys.stderr)),
        imported_meanwhile("cdk8s") if alone else contextlib.nullcontext(),
    ):
        from groundplan.loading.editor_schema import update_schema
        from groundplan.synth.synthesize import synthesize, write

        recover(root)
        synthesized = synthesize(root, arguments.environments, workers=arguments.workers)
        outcome = write(root, synthesized)
        update_schema(root)
        _mirror_for_cdk8s(root, synthesized)
    objects = sum(1 for path in synthesized.files if path.suffix == ".yaml")
    if arguments.output == "json":
        print(
            json.dumps(
                {
                    "ok": True,
                    "environments": list(synthesized.environments),
                    "objects": objects,
                    "added": list(outcome.added),
                    "changed": list(outcome.changed),
                    "removed": list(outcome.removed),
                }
            )
        )
        return synthesized
    if arguments.output == "sarif":
        from groundplan.cli.sarif import as_sarif

        print(json.dumps(as_sarif(()), indent=2))
        return synthesized
    print(
        f"{objects} objects in {len(synthesized.environments)} environments, {time.perf_counter() - started:.1f} s: "
        f"{len(outcome.added)} added, {len(outcome.changed)} changed, {len(outcome.removed)} removed"
    )
    return synthesized


def _mirror_for_cdk8s(root: Path, synthesized: Synthesized) -> None:
    """Give `cdk8s synth` the output folder it asks for.

    That command deletes its output folder before it runs us and lists what it finds there afterwards, so cdk8s.yaml
    points it at a folder of its own; `dist/` is never in its reach. Nothing is deleted here: the variable could be
    set by hand, to anything.
    """
    wanted = os.environ.get("CDK8S_OUTDIR")
    if not wanted:
        return
    outdir = root / wanted
    generated = (root / "dist", root / "argocd")
    if any(outdir.resolve().is_relative_to(tree.resolve()) for tree in generated):
        return
    for path in synthesized.files:
        if path.is_relative_to(DIST):
            _link(root / path, outdir / PurePosixPath(*path.parts[1:]))


def _link(old: Path, new: Path) -> None:
    new.parent.mkdir(parents=True, exist_ok=True)
    new.unlink(missing_ok=True)
    try:
        os.link(old, new)
    except OSError:
        shutil.copy2(old, new)
