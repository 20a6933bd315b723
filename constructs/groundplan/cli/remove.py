"""`groundplan remove`: an entry of a system taken out, with every line that names it."""

from __future__ import annotations

import argparse
from pathlib import Path

from groundplan.cli.edits import add_answers, finish
from groundplan.cli.entries import edited, mentions
from groundplan.cli.foreseen import foreseen
from groundplan.cli.output import console


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the verb's arguments."""
    parser.add_argument("system", metavar="SYSTEM", help="whose entry")
    parser.add_argument("entry", metavar="CHAPTER.NAME", help="the entry, such as services.web")
    add_answers(parser)


def run(arguments: argparse.Namespace, root: Path) -> int:
    """Change the files, and say what the clusters will lose and keep; the caller renders afterwards."""
    found = edited(root, arguments.system, arguments.entry, None)
    review = foreseen(found.before, found.after)
    status = finish(arguments, found, review, f"remove {arguments.entry}")
    left = mentions(found, arguments.entry.partition(".")[2])
    if left:
        console().print(f"{len(left)} lines of evidence look at it: take them out, or say what is asked for instead")
        for place in left[:10]:
            console().print(f"  {place}", markup=False)
    return status
