"""An API server in a few lines: it keeps what is applied, fills in a default, refuses and warns as it is told."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

from groundplan.rehearsal.client import Client

RESOURCES = {
    "/api/v1": [("ConfigMap", "configmaps", True), ("Namespace", "namespaces", False)],
    "/apis/apps/v1": [("Deployment", "deployments", True)],
    "/apis/apiextensions.k8s.io/v1": [("CustomResourceDefinition", "customresourcedefinitions", False)],
}


class State:
    """What the server keeps, and how it behaves."""

    def __init__(self) -> None:
        self.objects: dict[str, dict[str, Any]] = {}
        self.applied: list[str] = []
        self.queries: set[str] = set()
        self.kinds = {root: [*kinds] for root, kinds in RESOURCES.items()}
        self.drifts = False


class Handler(BaseHTTPRequestHandler):
    """Answers as kube-apiserver does, as far as a rehearsal asks."""

    protocol_version = "HTTP/1.1"
    state: State

    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        if path == "/readyz":
            self._answer(200, {})
        elif path == "/version":
            self._answer(200, {"gitVersion": "v1.32.0"})
        elif path in self.state.kinds:
            listed = [{"kind": kind, "name": name, "namespaced": yes} for kind, name, yes in self.state.kinds[path]]
            self._answer(200, {"resources": listed})
        else:
            found = self.state.objects.get(path)
            self._answer(200 if found else 404, found or {"message": "not found"})

    def do_PATCH(self) -> None:
        path, _, query = self.path.partition("?")
        document = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.state.applied.append(f"{document['kind']} {document['metadata']['name']}")
        self.state.queries.add(query)
        if "unknown" in document.get("spec", {}):
            self._answer(400, {"message": '.spec.unknown: field not declared in schema: unknown field "spec.unknown"'})
            return
        if document["kind"] == "CustomResourceDefinition":
            spec = document["spec"]
            for version in spec["versions"]:
                root = f"/apis/{spec['group']}/{version['name']}"
                served = (spec["names"]["kind"], spec["names"]["plural"], spec["scope"] == "Namespaced")
                self.state.kinds.setdefault(root, []).append(served)
        self._store(path, document)

    def _store(self, path: str, document: dict[str, Any]) -> None:
        times = self.state.applied.count(f"{document['kind']} {document['metadata']['name']}")
        spec = dict(document.get("spec", {}))
        if spec.get("cpu") == "1000m":
            spec["cpu"] = "1"
        if self.state.drifts:
            spec["times"] = times
        metadata = {**document["metadata"], "resourceVersion": str(times)}
        stored = {**document, "metadata": metadata, **({"spec": spec} if spec else {})}
        self.state.objects[path] = stored
        self._answer(200, stored, 'unknown flag "spec.old"' if "old" in spec else "")

    def _answer(self, status: int, body: dict[str, Any], warning: str = "") -> None:
        data = json.dumps(body).encode()
        self.send_response(status)
        if warning:
            escaped = warning.replace('"', '\\"')
            self.send_header("Warning", f'299 - "{escaped}"')
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: Any) -> None:
        """Tests print nothing."""


@contextmanager
def an_api_server() -> Iterator[tuple[Client, State]]:
    """A server on loopback, its client, and what it keeps."""
    state = State()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Own", (Handler,), {"state": state}))
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield Client("127.0.0.1", server.server_address[1], tls=False), state
    finally:
        server.shutdown()
        server.server_close()
