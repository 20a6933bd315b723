"""promtool, which evaluates rules as Prometheus does: where it is, and what it says of tries."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from groundplan.checks.alerts.tries import Pack, Try, rule_file, test_file
from groundplan.layout import STAGING

PROGRAM = "promtool"
FETCHED = f"{STAGING}/promtool/usr/bin/promtool"
"""Where `.ci/run` unpacks it."""

AGAIN = "try it by hand"

SECONDS = 300
"""How long it may take; a run takes a few seconds."""

LAZY = "800"
"""How much garbage Go lets lie, in percent: nothing here lives for long, and collecting it costs as much as all the rest."""

_QUESTION = re.compile(r'expr: "(.*)", time: ')
_TRIAL = re.compile(r"trial_(\d+)")
_BROKEN = re.compile(r"rule: trial_(\d+), time: \S+, err: (.+)")


@dataclass(frozen=True, slots=True)
class Failure:
    """A try that did not go as it should."""

    of: Try
    """The try."""

    rule: str
    """Which way it failed."""

    message: str
    """What happened."""

    advice: str
    """What to do."""


def found(root: Path) -> str | None:
    """promtool on PATH, or where continuous integration puts it; None where it is nowhere."""
    fetched = root / FETCHED
    return shutil.which(PROGRAM) or (str(fetched) if fetched.is_file() else None)


def failed(program: str, packs: Sequence[Pack]) -> list[Failure]:
    """Evaluate every pack in one process and say which tries failed.

    A rule that cannot be evaluated ends its test, so that the others of its pack are tried again without it.
    """
    left, failures = list(packs), []
    while left:
        done = _run(program, left)
        if done.returncode == 0:
            break
        text = f"{done.stdout}\n{done.stderr}"
        tries = dict(pair for pack in left for pair in pack.tries.items())
        broken = {int(number): " ".join(why.split()) for number, why in _BROKEN.findall(text)}
        failures += [_unevaluated(tries[number], why) for number, why in broken.items()]
        failures += [_failure(tries[number], question) for number, question in _questions(text)]
        if not failures:
            return [Failure(tries[min(tries)], "promtool", f"promtool failed: {' '.join(text.split())[-300:]}", AGAIN)]
        left = [pack.without(broken) for pack in left if broken.keys() & pack.tries.keys()]
    mute = {failure.of for failure in failures if failure.rule == "mute"}
    return [one for one in dict.fromkeys(failures) if one.rule != "unrouted" or one.of not in mute]


def _run(program: str, packs: Sequence[Pack]) -> subprocess.CompletedProcess[str]:
    with tempfile.TemporaryDirectory() as folder:
        files = [_write(Path(folder), number, pack) for number, pack in enumerate(packs)]
        return subprocess.run(
            [program, "test", "rules", *files],
            capture_output=True,
            text=True,
            check=False,
            timeout=SECONDS,
            cwd=folder,
            env={**os.environ, "GOGC": LAZY},
        )


def _write(folder: Path, number: int, pack: Pack) -> str:
    (folder / f"rules-{number}.yaml").write_text(json.dumps(rule_file(pack)))
    (folder / f"test-{number}.yaml").write_text(json.dumps(test_file(pack, f"rules-{number}.yaml")))
    return f"test-{number}.yaml"


def _questions(text: str) -> Iterator[tuple[int, str]]:
    """Every question whose answer is another one than it should be, which promtool repeats."""
    for question in _QUESTION.findall(text):
        match = _TRIAL.search(question)
        if match is not None:
            yield int(match[1]), question


def _unevaluated(of: Try, why: str) -> Failure:
    return Failure(of, "unevaluated", f"{of.query.title} cannot be evaluated: {why}", "mend the expression")


def _failure(of: Try, question: str) -> Failure:
    title = of.query.title
    if "alertstate" not in question:
        return Failure(of, "loud", f"{title} fires, or is about to, while all is well", "mend the expression")
    if "alertstate!=" in question:
        message = f"{title} fires with labels that no route to somebody matches"
        return Failure(of, "unrouted", message, "keep the labels that routes ask for")
    trouble = ", ".join(f"{item.name} {value}" for item, value in of.trouble.items())
    return Failure(
        of, "mute", f"{title} does not fire in its trouble {of.number + 1}: {trouble}", "mend the expression"
    )
