"""`groundplan review`: what a change will do, object by object, from two git trees and nothing else."""

from __future__ import annotations

import argparse
import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from groundplan.cli.output import console, finding_as_json, print_findings
from groundplan.errors import Severity
from groundplan.review.acknowledge import acknowledgements, unanswered
from groundplan.review.beyond.whole import effects, sections
from groundplan.review.comment import comment
from groundplan.review.report import Review, review
from groundplan.review.revisions import WORKING_TREE
from groundplan.review.text import print_review
from groundplan.review.web import page


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the verb's arguments."""
    parser.add_argument(
        "base", nargs="?", metavar="BASE", help="revision before (default: where the branch left the default branch)"
    )
    parser.add_argument(
        "head", nargs="?", default=WORKING_TREE, metavar="HEAD", help="revision after (default: the working tree)"
    )
    parser.add_argument(
        "--gate", action="store_true", help="fail where nobody answers in changes/ for something dangerous"
    )
    parser.add_argument("--all", action="store_true", help="also name objects that nothing happens to")
    parser.add_argument(
        "--output",
        choices=("human", "markdown", "html", "json"),
        default="human",
        help="form of the answer (default: human)",
    )


def run(arguments: argparse.Namespace, root: Path) -> int:
    """Compare, print; 1 where a file could not be read, and with `--gate` where nobody answers for a danger."""
    found = review(root, arguments.base, arguments.head)
    if arguments.gate:
        answers = list(unanswered(found, acknowledgements(root), date.today()))
        found = replace(found, findings=(*found.findings, *answers))
    beyond = effects(root, found)
    if arguments.output == "json":
        print(json.dumps({**as_json(found), "effects": dict(sections(beyond))}))
    elif arguments.output == "html":
        print(page(found, beyond), end="")
        print_findings(found.findings)
    elif arguments.output == "markdown":
        print(comment(found, beyond), end="")
        print_findings(found.findings)
    else:
        print_review(found, console(), effects=beyond, everything=arguments.all)
        print_findings(found.findings)
    return int(any(finding.severity is Severity.ERROR for finding in found.findings))


def as_json(found: Review) -> dict[str, Any]:
    """The review with every field of every object."""
    return {
        "ok": not found.findings,
        "base": found.base,
        "head": found.head or None,
        "outcome": str(found.outcome),
        "environments": {
            scope: {str(outcome): count for outcome, count in counts.items()}
            for scope, counts in found.counts().items()
        },
        "objects": [
            {
                "environment": entry.change.identity.scope,
                "apiGroup": entry.change.identity.group,
                "kind": entry.change.identity.kind,
                "namespace": entry.change.identity.namespace,
                "name": entry.change.identity.name,
                "file": entry.change.path,
                "outcome": str(entry.outcome),
                "dangerous": entry.outcome.is_dangerous,
                "reasons": [
                    {
                        "outcome": str(reason.outcome),
                        "path": reason.path,
                        "before": reason.before,
                        "after": reason.after,
                        "why": reason.why,
                    }
                    for reason in entry.judgement.reasons
                ],
            }
            for entry in found.entries
        ],
        "otherFiles": list(found.others),
        "findings": [finding_as_json(finding) for finding in found.findings],
    }
