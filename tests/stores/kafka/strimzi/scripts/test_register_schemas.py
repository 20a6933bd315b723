"""The script inside the registration job, held against a registry that remembers what it was asked."""

from __future__ import annotations

import io
import json
import urllib.error
import urllib.request
from email.message import Message
from pathlib import Path
from typing import Any

import pytest

from groundplan.stores.kafka.strimzi.scripts import register_schemas


class Registry:
    """Takes every schema but those it was told to refuse; answers nothing at first where told so."""

    def __init__(self, refused: frozenset[str] = frozenset(), silent: int = 0) -> None:
        self.refused, self.silent = refused, silent
        self.asked: list[tuple[str, dict[str, Any]]] = []

    def __call__(self, request: urllib.request.Request, timeout: float) -> io.BytesIO:
        del timeout
        if self.silent:
            self.silent -= 1
            raise urllib.error.URLError("connection refused")
        assert isinstance(request.data, bytes)
        self.asked.append((request.full_url, json.loads(request.data)))
        if any(f"/{name}/" in request.full_url for name in self.refused):
            raise urllib.error.HTTPError(request.full_url, 409, "Conflict", Message(), io.BytesIO(b"not compatible"))
        return io.BytesIO(b'{"id": 1}')


def run(monkeypatch: pytest.MonkeyPatch, root: Path, registry: Registry) -> int:
    monkeypatch.setattr(urllib.request, "urlopen", registry)
    monkeypatch.setattr(register_schemas, "__file__", str(root / "register_schemas.py"))
    monkeypatch.setattr("time.sleep", lambda _: None)
    monkeypatch.setenv("REGISTRY_URL", "http://registry:8080/apis/ccompat/v7")
    for name in ("orders", "prices"):
        (root / f"{name}-value.avsc").write_text('"string"')
    return register_schemas.main()


def test_each_file_becomes_a_version_of_its_subject(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    registry = Registry()

    assert run(monkeypatch, tmp_path, registry) == 0
    assert registry.asked == [
        (
            f"http://registry:8080/apis/ccompat/v7/subjects/{name}-value/versions",
            {"schema": '"string"', "schemaType": "AVRO"},
        )
        for name in ("orders", "prices")
    ]


def test_one_that_breaks_the_rule_ends_the_run(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    registry = Registry(refused=frozenset({"orders-value"}))

    assert run(monkeypatch, tmp_path, registry) == 1
    assert capsys.readouterr().out == "orders-value: not compatible\nprices-value: registered\n"


def test_it_waits_for_a_registry_that_reads_its_topic(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    registry = Registry(silent=3)

    assert run(monkeypatch, tmp_path, registry) == 0
    assert len(registry.asked) == 2


def test_it_does_not_wait_for_ever(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(register_schemas, "PATIENCE", -1)

    with pytest.raises(urllib.error.URLError):
        run(monkeypatch, tmp_path, Registry(silent=3))
