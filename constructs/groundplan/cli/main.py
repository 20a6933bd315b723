"""The `groundplan` command: finds the verb, runs it, turns errors into lines and an exit code."""

from __future__ import annotations

import argparse
import atexit
import gc
import importlib
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from groundplan import __version__
from groundplan.cli.output import print_findings, tell
from groundplan.errors import Finding, GroundplanError, Location


@dataclass(frozen=True, slots=True)
class Verb:
    """One verb: the module that implements it, loaded only when asked for, and its line in the help."""

    module: str
    """Module with `configure(parser)` and `run(arguments, root) -> exit code`."""

    help: str
    """What it does, in a line."""


VERBS: dict[str, Verb] = {
    "make": Verb("groundplan.cli.make", "synth, reports and check in one run"),
    "synth": Verb("groundplan.cli.synth", "render environments into dist/ and argocd/"),
    "review": Verb("groundplan.cli.review", "say what a change will do, from two git trees"),
    "why": Verb("groundplan.cli.why", "say which values of environment files are behind a rendered field"),
    "impact": Verb("groundplan.cli.impact", "say which rendered fields a line of an environment file reaches"),
    "diff": Verb("groundplan.cli.diff", "say in what two environments differ, and which values make it so"),
    "released": Verb("groundplan.cli.released", "say whether a change is a release by an App that may make it"),
    "report": Verb(
        "groundplan.cli.report", "measure who reaches what and which requirements are met, for docs/systems"
    ),
    "image": Verb("groundplan.cli.image", "set the version of a service in an environment's file"),
    "promote": Verb("groundplan.cli.promote", "write the versions one environment runs into the next one's file"),
    "new": Verb("groundplan.cli.new", "write the YAML that a new system or service begins with"),
    "rename": Verb("groundplan.cli.rename", "rename a service, job or store, and it in everything that names it"),
    "remove": Verb("groundplan.cli.remove", "take a service, job or store out, with every line that names it"),
    "ids": Verb("groundplan.cli.ids", "write down what the cloud called an environment's resources"),
    "check": Verb("groundplan.cli.check", "run the gates over the rendered tree"),
    "kubeconform": Verb("groundplan.cli.kubeconform", "judge the same schemas once more, with kubeconform"),
    "rehearse": Verb("groundplan.cli.rehearse", "apply an environment to an API server of this machine's own, twice"),
    "values": Verb("groundplan.cli.values", "print the values that Argo CD gives a chart"),
    "schemas": Verb("groundplan.cli.schemas", "record what fields custom resources have, and verify it"),
    "charts": Verb("groundplan.cli.charts", "record what upstream charts bring, so that the gates know it"),
    "requirements": Verb("groundplan.cli.requirements", "judge what was asked for against the rendered tree"),
}


BETWEEN_COLLECTIONS = 100_000
"""New objects between two runs of the garbage collector.

Python's own 700 has it walk through what was imported and read, again and again: a sixth of a run. Little here refers to
itself, so memory stays what it was.
"""


def program(argv: Sequence[str] | None = None) -> int:
    """`main` in a process of its own, which ends without taking apart what the system takes back anyway."""
    gc.set_threshold(BETWEEN_COLLECTIONS)
    code = 1

    def leave() -> None:
        try:
            sys.stdout.flush()
            sys.stderr.flush()
        except OSError:
            return  # Python itself says so, and ends with 120
        os._exit(code)

    atexit.register(leave)  # the first to be registered is the last to be called
    try:
        code = main(argv)
    except SystemExit as ended:  # the command line makes no sense, or asks for help
        code = ended.code if isinstance(ended.code, int) else 1
        raise
    return code


def main(argv: Sequence[str] | None = None) -> int:
    """Run one verb.

    Returns:
        0 when all is well, 1 when something is wrong, 2 for a command line that makes no sense, 130 when interrupted.
    """
    arguments_ = list(sys.argv[1:] if argv is None else argv)
    parser = parser_for(arguments_)
    arguments = parser.parse_args(arguments_)
    if arguments.verb is None:
        parser.print_help()
        return 2
    root: Path = arguments.root.resolve()
    try:
        return int(importlib.import_module(VERBS[arguments.verb].module).run(arguments, root))
    except GroundplanError as error:
        if arguments.debug:
            raise
        tell(error.findings, getattr(arguments, "output", "human"))
        return 1
    except KeyboardInterrupt:
        print("interrupted; every generated tree is whole", file=sys.stderr)
        return 130
    except BrokenPipeError:  # the reader of our output had enough, as `head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except Exception as error:
        if arguments.debug:
            raise
        return _report_unexpected(error)


def _report_unexpected(error: Exception) -> int:
    """One line for what nobody foresaw: the disk is full, or there is a mistake in this program."""
    if isinstance(error, OSError) and error.strerror:
        where, what, advice = (
            str(error.filename or "disk"),
            error.strerror.lower(),
            "make room or grant access, then run again",
        )
    else:
        notes = "".join(f" {note}" for note in getattr(error, "__notes__", ()))
        where, what = "groundplan", f"{type(error).__name__}: {str(error).splitlines()[0] if str(error) else ''}{notes}"
        advice = "this is a mistake in the program: run again with --debug before the verb, and report what it prints"
    print_findings([Finding(Location(where), "unexpected", "", what, advice)])
    return 1


def find_root(start: Path | None = None) -> Path:
    """The repository: the nearest folder at or above `start` that holds `environments/`; else `start` itself."""
    start = (start or Path.cwd()).resolve()
    return next((folder for folder in (start, *start.parents) if (folder / "environments").is_dir()), start)


def parser_for(words: Sequence[str]) -> argparse.ArgumentParser:
    """The command line, with the arguments of the verbs among `words`; other verbs stay unloaded."""
    parser = argparse.ArgumentParser(
        prog="groundplan", description="Every manifest of a platform from short typed YAML files."
    )
    parser.add_argument("--version", action="version", version=f"groundplan {__version__}")
    parser.add_argument(
        "--root", type=Path, default=find_root(), help="the repository (default: found from here upward)"
    )
    parser.add_argument("--debug", action="store_true", help="show tracebacks")
    verbs = parser.add_subparsers(dest="verb", metavar="VERB")
    for name, verb in VERBS.items():
        sub = verbs.add_parser(name, help=verb.help, description=verb.help)
        if name in words:
            importlib.import_module(verb.module).configure(sub)
    return parser


if __name__ == "__main__":
    sys.exit(program())
