"""The floor: the same documents as plain mappings, dumped by libyaml and written. Nothing that renders can be cheaper.

Run as a program: `python floor.py <documents.json> <folder>`.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import yaml


def dump_all(documents: Path, folder: Path) -> None:
    """Write each document of the JSON file to the path it is listed under."""
    for name, document in json.loads(documents.read_text()).items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(yaml.dump(document, Dumper=yaml.CSafeDumper, sort_keys=False))


if __name__ == "__main__":
    dump_all(Path(sys.argv[1]), Path(sys.argv[2]))
