"""The end of every verb that edits a system: what will happen, who answers for it, and then the files."""

from __future__ import annotations

import argparse
import re
import subprocess
from datetime import date, timedelta
from pathlib import Path

from groundplan.cli.entries import REQUIREMENTS, Edited
from groundplan.cli.files import replace_file
from groundplan.cli.foreseen import print_fate
from groundplan.cli.output import console
from groundplan.errors import UsageError
from groundplan.review.acknowledge import FOLDER, subject
from groundplan.review.report import Review
from groundplan.yaml.text import to_yaml

DAYS = 60
"""How long an answer holds: as long as the change may wait for its merge."""

SHORTEST = 20
"""Characters of a reason, as `changes/` wants it."""


def add_answers(parser: argparse.ArgumentParser) -> None:
    """Arguments by which somebody answers for what is dangerous in the edit, and by which nothing is written."""
    parser.add_argument(
        "--because", metavar="REASON", help="why, and what becomes of what is lost; written to changes/"
    )
    parser.add_argument("--who", metavar="NAME", help="who answers for it (default: user.name of git)")
    parser.add_argument("--dry-run", action="store_true", help="say what would happen, and write nothing")


def finish(arguments: argparse.Namespace, found: Edited, review: Review, title: str) -> int:
    """Say what was changed and what it does; write it, unless that is not wanted."""
    out = console()
    for place in found.places:
        out.print(place, markup=False)
    if found.evidence:
        out.print(f"{found.evidence} lines of evidence in {REQUIREMENTS}")
    print_fate(review, out)
    answers = _answers(arguments, found.root, review, title)
    if arguments.dry_run:
        out.print("nothing was written")
        return 0
    for file, text in {**found.texts, **answers}.items():
        if not file.exists() or file.read_text("utf-8") != text:
            file.parent.mkdir(parents=True, exist_ok=True)
            replace_file(file, text)
    unanswered = [entry for entry in review.entries if entry.outcome.is_dangerous] if not answers else []
    if unanswered:
        out.print(f"{len(unanswered)} of them need an answer in {FOLDER}/: run it with --because, or write one by hand")
    out.print("now: make, and groundplan review")
    return 0


def _answers(arguments: argparse.Namespace, root: Path, review: Review, title: str) -> dict[Path, str]:
    """A file in `changes/` for each dangerous outcome; none where no reason is given."""
    if arguments.because is None:
        return {}
    if len(arguments.because) < SHORTEST:
        raise UsageError(
            f"the reason has fewer than {SHORTEST} characters", "say why, and what becomes of what is lost"
        )
    who = arguments.who or _committer(root)
    today = date.today()
    stem = re.sub(r"[^a-z0-9]+", "-", title)
    found: dict[Path, str] = {}
    for outcome in review.outcomes():
        names = [subject(entry) for entry in review.entries if entry.outcome is outcome]
        if outcome.is_dangerous:
            file = root / FOLDER / f"{today}-{stem}-{str(outcome).replace(' ', '-')}.yaml"
            end = today + timedelta(days=DAYS)
            content = {
                "outcome": str(outcome),
                "objects": names,
                "why": arguments.because,
                "who": who,
                "expires": str(end),
            }
            found[file] = to_yaml(content)
    return found


def _committer(root: Path) -> str:
    done = subprocess.run(["git", "-C", str(root), "config", "user.name"], capture_output=True, text=True, check=False)
    if done.returncode or not done.stdout.strip():
        raise UsageError("nobody answers for it", "write --who, or tell git your name")
    return done.stdout.strip()
