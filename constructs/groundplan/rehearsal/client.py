"""A client of one API server on this machine: server-side apply as Argo CD does it, and what the server says to it.

See https://kubernetes.io/docs/reference/using-api/server-side-apply/ .
"""

from __future__ import annotations

import http.client
import json
import re
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]

MANAGER = "argocd-controller"
"""Whose fields they are; Argo CD's own name, so that the answer is the one Argo CD would get."""

_WARNING = re.compile(r'299 \S+ "((?:[^"\\]|\\.)*)"')


@dataclass(frozen=True, slots=True)
class Answer:
    """What the server said."""

    status: int
    """Status of HTTP."""

    body: Json
    """The object, or why not."""

    warnings: tuple[str, ...] = ()
    """What it warned of. Default nothing."""

    @property
    def is_accepted(self) -> bool:
        """Whether it took the object."""
        return self.status < 300

    @property
    def message(self) -> str:
        """Why it did not."""
        return str(self.body.get("message", f"status {self.status}"))


class Client:
    """Asks one server, over one connection that is made anew when the server closes it."""

    def __init__(self, host: str, port: int, token: str = "", *, tls: bool = True) -> None:
        self._host, self._port, self._token = host, port, token
        # the server made its certificate a moment ago, on this machine: nobody could have signed it
        self._tls = ssl._create_unverified_context() if tls else None
        self._connection: http.client.HTTPConnection | None = None
        self._resources: dict[str, dict[str, tuple[str, bool]]] = {}

    def is_ready(self) -> bool:
        """Whether the server answers and has made what it starts with."""
        try:
            return self._ask("GET", "/readyz").status == 200
        except OSError:
            return False

    def version(self) -> str:
        """Version of the server, such as `v1.32.6`."""
        return str(self._ask("GET", "/version").body.get("gitVersion", ""))

    def knows(self, api_version: str, kind: str) -> bool:
        """Whether the server serves the kind."""
        return kind in self._kinds(api_version)

    def forget(self) -> None:
        """Ask anew which kinds there are."""
        self._resources.clear()

    def apply(self, document: Mapping[str, Any]) -> Answer:
        """Apply as Argo CD does, but strictly: a field that the kind does not have is refused."""
        path = f"{self._path(document)}?fieldManager={MANAGER}&force=true&fieldValidation=Strict"
        return self._ask("PATCH", path, document, "application/apply-patch+yaml")

    def get(self, document: Mapping[str, Any]) -> Answer:
        """The object as it is stored."""
        return self._ask("GET", self._path(document))

    def _path(self, document: Mapping[str, Any]) -> str:
        api_version, metadata = str(document["apiVersion"]), document["metadata"]
        plural, namespaced = self._kinds(api_version)[str(document["kind"])]
        place = f"/namespaces/{metadata.get('namespace', 'default')}" if namespaced else ""
        return f"{_root(api_version)}{place}/{plural}/{metadata['name']}"

    def _kinds(self, api_version: str) -> dict[str, tuple[str, bool]]:
        if api_version not in self._resources:
            listed = self._ask("GET", _root(api_version)).body.get("resources") or ()
            self._resources[api_version] = {
                item["kind"]: (item["name"], bool(item["namespaced"])) for item in listed if "/" not in item["name"]
            }
        return self._resources[api_version]

    def _ask(self, verb: str, path: str, body: Mapping[str, Any] | None = None, form: str = "") -> Answer:
        headers = {"Authorization": f"Bearer {self._token}", "Accept": "application/json"}
        data = None
        if body is not None:
            data, headers["Content-Type"] = json.dumps(body).encode(), form
        for last in (False, True):
            try:
                return self._send(verb, path, data, headers)
            except (http.client.RemoteDisconnected, http.client.CannotSendRequest, BrokenPipeError):
                self._connection = None
                if last:
                    raise
        raise AssertionError("the loop returns or raises")

    def _send(self, verb: str, path: str, data: bytes | None, headers: dict[str, str]) -> Answer:
        if self._connection is None:
            self._connection = (
                http.client.HTTPSConnection(self._host, self._port, context=self._tls, timeout=30)
                if self._tls is not None
                else http.client.HTTPConnection(self._host, self._port, timeout=30)
            )
        self._connection.request(verb, path, data, headers)
        response = self._connection.getresponse()
        text = response.read()
        warnings = tuple(
            warning.replace('\\"', '"')
            for header in response.headers.get_all("Warning", [])
            for warning in _WARNING.findall(header)
        )
        return Answer(response.status, _parsed(text), warnings)


def _parsed(text: bytes) -> Json:
    try:
        body = json.loads(text)
    except ValueError:
        return {"message": text.decode("utf-8", "replace").strip()}
    return body if isinstance(body, dict) else {}


def _root(api_version: str) -> str:
    return f"/apis/{api_version}" if "/" in api_version else f"/api/{api_version}"
