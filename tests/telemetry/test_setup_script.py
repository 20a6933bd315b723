"""The script that tells Elasticsearch and Kibana what is kept and shown, against a server that only listens."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from groundplan.model.logging import Logging
from groundplan.telemetry.lifecycle import policies, templates
from groundplan.telemetry.saved_objects import saved_objects

Heard = list[tuple[str, str, dict[str, str], bytes]]


class Server(BaseHTTPRequestHandler):
    heard: Heard = []
    refused = ""

    def do_PUT(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.heard.append(
            (self.command, self.path, {name.lower(): value for name, value in self.headers.items()}, body)
        )
        refuses = bool(self.refused) and self.refused in self.path
        content = {"error": "no"} if refuses else {"acknowledged": True, "success": True, "successCount": 3}
        self.send_response(400 if refuses else 200)
        self.end_headers()
        self.wfile.write(json.dumps(content).encode())

    def do_POST(self) -> None:
        self.do_PUT()

    def log_message(self, format: str, *args: Any) -> None:
        """Says nothing."""


@pytest.fixture
def address(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setattr(Server, "heard", [])
    monkeypatch.setattr(Server, "refused", "")
    server = HTTPServer(("127.0.0.1", 0), Server)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


@pytest.fixture
def told(address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The script's `main`, with the documents of a chapter that states nothing."""
    logging = Logging()
    for name, text in policies(logging).items():
        (tmp_path / f"policy.{name}.json").write_text(json.dumps(text))
    for name, text in templates(logging).items():
        (tmp_path / f"template.{name}.json").write_text(json.dumps(text))
    (tmp_path / "saved-objects.ndjson").write_text(saved_objects(logging))
    (tmp_path / "password").write_text("unknown\n")
    values = {
        "DOCUMENTS": str(tmp_path), "PASSWORD_FILE": str(tmp_path / "password"),
        "ELASTICSEARCH": address, "ELASTICSEARCH_CA": "", "KIBANA": address, "KIBANA_CA": "",
    }  # fmt: skip
    for name, value in values.items():
        monkeypatch.setenv(name, value)
    program: dict[str, Any] = {"__name__": "setup"}
    exec(files("groundplan.telemetry.scripts").joinpath("setup.py").read_text("utf-8"), program)
    return program["main"]


def test_policies_come_before_what_names_them_and_kibana_last(told: Any) -> None:
    told()

    assert [(method, path) for method, path, _, _ in Server.heard] == [
        ("PUT", "/_ilm/policy/logs-audit"),
        ("PUT", "/_ilm/policy/logs-pods"),
        ("PUT", "/_index_template/logs-audit"),
        ("PUT", "/_index_template/logs-pods"),
        ("POST", "/api/saved_objects/_import?overwrite=true"),
    ]


def test_it_signs_in_and_says_that_it_is_no_page_of_somebody_else(told: Any) -> None:
    told()

    for _, _, headers, _ in Server.heard:
        assert headers["authorization"] == "Basic " + base64.b64encode(b"elastic:unknown").decode()
        assert headers["kbn-xsrf"]


def test_saved_objects_are_sent_as_a_file(told: Any) -> None:
    told()

    _, _, headers, body = Server.heard[-1]
    boundary = headers["content-type"].partition("boundary=")[2]
    head, _, rest = body.decode().partition("\r\n\r\n")
    content, end = rest.split(f"\r\n--{boundary}--")
    assert head.startswith(f"--{boundary}\r\n")
    assert 'name="file"; filename="saved-objects.ndjson"' in head
    assert end == "\r\n"
    assert {json.loads(line)["type"] for line in content.splitlines()} == {
        "dashboard", "index-pattern", "search", "visualization",
    }  # fmt: skip


@pytest.mark.parametrize("refused", ["_ilm", "_index_template", "saved_objects"])
def test_what_is_refused_ends_the_run(refused: str, told: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Server, "refused", refused)

    with pytest.raises(SystemExit, match="400"):
        told()
