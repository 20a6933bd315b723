"""Tells Elasticsearch for how long which logs are kept, and Kibana what people find in it.

Each file of the folder is one request; its name begins with what it is. Everything is put, never added, so that a run
changes nothing that is already so. What is refused ends the run, and the next sync tries again.
"""

import base64
import json
import os
import pathlib
import ssl
import sys
import urllib.error
import urllib.request
from typing import Any

PATHS = {
    "policy": "/_ilm/policy/{}",
    "template": "/_index_template/{}",
    "role": "/_security/role/{}",
}
"""What a file is, to where Elasticsearch takes it."""

USER = "elastic"
"""Name of the administrator, whom the operator makes."""

BOUNDARY = "saved-objects"
TIMEOUT = 60


def main() -> None:
    """Sends each file to whom it is for: policies, roles and templates in this order, then what Kibana takes in."""
    folder = pathlib.Path(os.environ["DOCUMENTS"])
    password = pathlib.Path(os.environ["PASSWORD_FILE"]).read_text().strip()
    login = base64.b64encode(":".join((USER, password)).encode()).decode()
    for file in sorted(folder.glob("*.json")):
        kind, _, name = file.stem.partition(".")
        address = os.environ["ELASTICSEARCH"] + PATHS[kind].format(name)
        said = ask("PUT", address, file.read_bytes(), login, os.environ["ELASTICSEARCH_CA"], "application/json")
        if said.get("errors"):
            sys.exit(f"{file.name}: {said}")
        print(f"{kind} {name} is as it should be")
    for file in sorted(folder.glob("*.ndjson")):
        said = take_in(file, login)
        if not said.get("success"):
            sys.exit(f"{file.name}: {json.dumps(said.get('errors', said))}")
        print(f"{said.get('successCount')} objects of {file.name} are in Kibana")


def take_in(file: pathlib.Path, login: str) -> dict[str, Any]:
    """Sends a file of saved objects as a form, and gives back what Kibana says."""
    head = (
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="{file.name}"\r\n'
        "Content-Type: application/ndjson\r\n\r\n"
    )
    body = head.encode() + file.read_bytes() + f"\r\n--{BOUNDARY}--\r\n".encode()
    address = os.environ["KIBANA"] + "/api/saved_objects/_import?overwrite=true"
    return ask("POST", address, body, login, os.environ["KIBANA_CA"], f"multipart/form-data; boundary={BOUNDARY}")


def ask(method: str, address: str, body: bytes, login: str, authority: str, kind: str) -> dict[str, Any]:
    """Sends one request as the administrator; what is refused ends the run."""
    headers = {"Authorization": f"Basic {login}", "Content-Type": kind, "kbn-xsrf": "setup"}
    request = urllib.request.Request(address, data=body, method=method, headers=headers)
    context = ssl.create_default_context(cafile=authority) if address.startswith("https:") else None
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT, context=context) as answer:
            said: dict[str, Any] = json.load(answer)
            return said
    except urllib.error.HTTPError as error:
        sys.exit(f"{method} {address}: {error.code} {error.read().decode(errors='replace')}")


if __name__ == "__main__":
    main()
