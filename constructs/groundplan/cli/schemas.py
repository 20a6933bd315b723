"""`groundplan schemas`: the schemas that custom resources are held to, fetched once and kept on this machine."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from groundplan.checks.schema_download import pull
from groundplan.checks.schema_lock import LOCK
from groundplan.checks.schema_sources import VARIABLE, cache_folder, schema_folders
from groundplan.cli.output import console


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the verb's arguments."""
    parser.add_argument("action", choices=("pull", "path"), help=f"pull: fetch what {LOCK} pins; path: where they are")
    parser.add_argument(
        "--mirror", default=None, metavar="URL",
        help="folder that holds the archives as <name>.tar.gz; their digests stay pinned",
    )  # fmt: skip
    parser.add_argument("--output", choices=("human", "json"), default="human", help="form (default: human)")


def run(arguments: argparse.Namespace, root: Path) -> int:
    """Fetch, or show."""
    if arguments.action == "pull":
        return _pull(root, arguments.mirror, machine=arguments.output == "json")
    return _path(machine=arguments.output == "json")


def _pull(root: Path, mirror: str | None, *, machine: bool) -> int:
    pulled = pull(root, cache_folder(), mirror=mirror)
    if machine:
        print(
            json.dumps(
                {
                    "ok": True,
                    "folder": str(pulled.folder),
                    "schemas": pulled.count,
                    "too_large": pulled.too_large,
                    "new_digests": list(pulled.new_digests),
                }
            )
        )
        return 0
    left = f", {pulled.too_large} left out for their size" if pulled.too_large else ""
    console().print(f"{pulled.count} schemas in {pulled.folder}{left}")
    if pulled.new_digests:
        console().print(f"{LOCK} had no digest of {', '.join(pulled.new_digests)}; review and commit what was written")
    return 0


def _path(*, machine: bool) -> int:
    folders = schema_folders()
    if machine:
        print(json.dumps([{"folder": str(f.path), "origin": f.origin, "schemas": f.count} for f in folders]))
        return 0
    for folder in folders:
        found = f"{folder.count} schemas" if folder.path.is_dir() else "not there"
        console().print(f"{folder.path}: {found} ({folder.origin})")
    if not any(folder.count for folder in folders):
        console().print(f"run `groundplan schemas pull`, or set ${VARIABLE}")
        return 1
    return 0
