"""`groundplan rename`: another name for a service, a job, a store, and for it in everything that names it."""

from __future__ import annotations

import argparse
from pathlib import Path

from groundplan.cli.edits import add_answers, finish
from groundplan.cli.entries import edited, follow_evidence
from groundplan.cli.foreseen import foreseen, renamed_objects


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the verb's arguments."""
    parser.add_argument("system", metavar="SYSTEM", help="whose entry")
    parser.add_argument("entry", metavar="CHAPTER.NAME", help="the entry, such as services.web")
    parser.add_argument("name", metavar="NAME", help="its new name")
    add_answers(parser)


def run(arguments: argparse.Namespace, root: Path) -> int:
    """Change the files, and say what the clusters will lose and keep; the caller renders afterwards."""
    found = edited(root, arguments.system, arguments.entry, arguments.name)
    review = foreseen(found.before, found.after)
    follow_evidence(found, renamed_objects(review, arguments.entry.partition(".")[2], arguments.name))
    return finish(arguments, found, review, f"rename {arguments.entry} {arguments.name}")
