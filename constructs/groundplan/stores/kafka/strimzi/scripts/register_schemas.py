"""Register each schema beside this script under its file's name; one that breaks the registry's rule ends the run with 1.

A schema that is registered already is found again, so a second run changes nothing.
"""

from __future__ import annotations

import json
import os
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

PATIENCE = 300
"""Seconds until the registry must answer: it reads its whole topic first."""


def register(url: str, subject: str, schema: str) -> str | None:
    """What the registry says against the schema; None where it takes it."""
    request = urllib.request.Request(
        f"{url}/subjects/{urllib.parse.quote(subject, safe='')}/versions",
        data=json.dumps({"schema": schema, "schemaType": "AVRO"}).encode(),
        headers={"Content-Type": "application/vnd.schemaregistry.v1+json"},
    )
    try:
        with urllib.request.urlopen(request, timeout=30):
            return None
    except urllib.error.HTTPError as error:
        if error.code in (404, 429) or error.code >= 500:
            raise
        return error.read().decode("utf-8", "replace")


def patiently(url: str, subject: str, schema: str, *, patience: float, pause: float = 5) -> str | None:
    """The same, once the registry answers.

    Raises:
        OSError: where it does not in time.
    """
    end = time.monotonic() + patience
    while True:
        try:
            return register(url, subject, schema)
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(pause)


def main() -> int:
    """Register everything; every refusal is told."""
    refused = 0
    for file in sorted(Path(__file__).parent.glob("*.avsc")):
        said = patiently(os.environ["REGISTRY_URL"], file.stem, file.read_text("utf-8"), patience=PATIENCE)
        print(f"{file.stem}: {said or 'registered'}", flush=True)
        refused += said is not None
    return 1 if refused else 0


if __name__ == "__main__":
    sys.exit(main())
