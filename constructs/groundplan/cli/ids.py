"""`groundplan ids`: what the cloud called an environment's resources, from their objects into a file of its own."""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from groundplan.cli.files import one_environment, replace_file
from groundplan.cli.output import console
from groundplan.errors import UsageError
from groundplan.loading.ids import ids_file
from groundplan.loading.load import load_environments
from groundplan.model.environment import Environment
from groundplan.platforms.platform import AssignedId
from groundplan.platforms.registry import platform_of
from groundplan.yaml.marked import MarkedYaml

Json = dict[str, Any]

_LINE = re.compile(r"^(?P<key>[\w.-]+): *(?P<value>[^\s#]+)(?P<comment> +#.*)?$")


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the verb's arguments."""
    parser.add_argument("environment", metavar="SYSTEM/ENVIRONMENT", help="whose ids are written")
    parser.add_argument(
        "--from",
        dest="source",
        type=Path,
        metavar="FILE",
        help="what `kubectl get ... --output json` printed (default: standard input)",
    )
    parser.add_argument(
        "--output", choices=("human", "json"), default="human", help="form of the summary (default: human)"
    )


def run(arguments: argparse.Namespace, root: Path) -> int:
    """Write the ids that the objects tell, keep those they say nothing of, and remove those nothing waits for."""
    system, name = one_environment(root, arguments.environment)
    environment = _without_ids(root, system, name)
    wanted = platform_of(environment).assigned_ids()
    found = ids_of(objects(_text(arguments.source, wanted)), wanted)
    file = ids_file(root, system, name)
    before = _lines(file.read_text("utf-8")) if file.exists() else {}
    known = {key: before[key][0] for key in before if key in wanted} | found
    text = file_text(f"{system}/{name}", known, {key: comment for key, (_, comment) in before.items()})
    if known:
        file.parent.mkdir(exist_ok=True)
        replace_file(file, text)
    elif file.exists():
        file.unlink()
    _say(arguments.output, known, {key: value for key, (value, _) in before.items()}, wanted)
    return 0


def _without_ids(root: Path, system: str, name: str) -> Environment:
    """The environment with its neighbours, whatever its file of ids says today."""
    (loaded,) = load_environments(root, [(system, name)], {ids_file(root, system, name): MarkedYaml()})
    return loaded.environment


def command(wanted: Mapping[str, AssignedId]) -> str:
    """What prints the objects that tell the ids."""
    resources = ",".join(sorted({item.resource for item in wanted.values()}))
    return f"kubectl --context management get {resources} --all-namespaces --output json"


def _text(source: Path | None, wanted: Mapping[str, AssignedId]) -> str:
    if not wanted:
        raise UsageError("nothing of this environment waits for an id", "there is nothing to do")
    if source is not None:
        try:
            return source.read_text("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise UsageError(f"{source} cannot be read: {error}", "name a file with what kubectl printed") from None
    if sys.stdin.isatty():
        raise UsageError("there is nothing to read", f"pipe into it: {command(wanted)}")
    return sys.stdin.read()


def objects(text: str) -> Iterator[Json]:
    """Every object of one or more JSON documents, lists taken apart.

    Raises:
        UsageError: where the text is something else.
    """
    decoder, rest = json.JSONDecoder(), text.strip()
    while rest:
        try:
            document, end = decoder.raw_decode(rest)
        except json.JSONDecodeError as error:
            message = f"line {error.lineno}, column {error.colno} of what was read is not JSON: {error.msg}"
            raise UsageError(message, "add --output json to kubectl") from None
        if isinstance(document, dict):
            yield from document["items"] if isinstance(document.get("items"), list) else [document]
        rest = rest[end:].strip()


def ids_of(documents: Iterable[Json], wanted: Mapping[str, AssignedId]) -> dict[str, str]:
    """The ids among `wanted` that the objects know already.

    Raises:
        UsageError: for an id that has not the form of its kind.
    """
    held = {_identity(document): document for document in documents if isinstance(document, dict)}
    found = {}
    for key, source in wanted.items():
        value: Any = held.get((source.kind, source.namespace, source.name))
        for step in source.path:
            value = value.get(step) if isinstance(value, dict) else None
        if not isinstance(value, str) or not value:
            continue
        if not re.fullmatch(source.form, value):
            where = f"{source.kind} {source.namespace}/{source.name}"
            raise UsageError(f"{where} says `{value}` for {key}, which is no such id", "read the objects once more")
        found[key] = value
    return found


def _identity(document: Json) -> tuple[str, str, str]:
    metadata = document.get("metadata") or {}
    return str(document.get("kind")), str(metadata.get("namespace")), str(metadata.get("name"))


def file_text(scope: str, known: Mapping[str, str], comments: Mapping[str, str]) -> str:
    """The file: a line for each id, sorted, with the comments that stood behind them."""
    head = f"# What the cloud called things, written by `groundplan ids {scope}`. Do not edit: run it again.\n"
    return head + "".join(f"{key}: {known[key]}{comments.get(key, '')}\n" for key in sorted(known))


def _lines(text: str) -> dict[str, tuple[str, str]]:
    """Key to value and comment, of a file that `file_text` wrote."""
    matches = (_LINE.match(line) for line in text.splitlines())
    return {match["key"]: (match["value"], match["comment"] or "") for match in matches if match is not None}


def _say(output: str, known: Mapping[str, str], before: Mapping[str, str], wanted: Mapping[str, AssignedId]) -> None:
    missing = sorted(set(wanted) - set(known))
    changed = {key: value for key, value in known.items() if before.get(key) != value}
    removed = sorted(set(before) - set(known))
    if output == "json":
        summary = {"ok": True, "ids": dict(known), "changed": sorted(changed), "removed": removed, "missing": missing}
        print(json.dumps(summary))
        return
    for key, value in sorted(changed.items()):
        console().print(f"{key}: {before[key]} -> {value}" if key in before else f"{key}: {value}", highlight=False)
    for key in removed:
        console().print(f"{key}: nothing waits for it any more, removed", highlight=False)
    if not changed and not removed:
        console().print("nothing new", highlight=False)
    if missing:
        console().print(f"not known yet: {', '.join(missing)}", highlight=False)
