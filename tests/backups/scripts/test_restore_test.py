"""The script inside the restore test, held against an API server that remembers what it was asked."""

from __future__ import annotations

import json
from typing import Any

import pytest

from groundplan.backups.scripts import restore_test

Json = dict[str, Any]
CANARY = {"cluster": "shop", "environment": "live"}
DRIVER = "disks.example.com"


def a_copy(name: str = "daily-1", *, started: str = "2999-01-01T00:00:00Z", phase: str = "Completed") -> Json:
    return {"metadata": {"name": name}, "status": {"phase": phase, "startTimestamp": started}}


def a_claim(name: str = "data", *, driver: str = DRIVER, made: str = "2020-01-01T00:00:00Z") -> Json:
    annotations = {restore_test.PROVISIONER: driver}
    metadata = {"name": name, "annotations": annotations, "creationTimestamp": made}
    return {"metadata": metadata, "status": {"phase": "Bound"}}


def a_download(claim: str = "data", *, phase: str = "Completed", done: int = 10, total: int = 10) -> Json:
    progress = {"bytesDone": done, "totalBytes": total}
    return {"spec": {"targetVolume": {"pvc": claim}}, "status": {"phase": phase, "progress": progress}}


class Server:
    """Answers like the API server of a cluster whose Velero restores at once."""

    def __init__(self) -> None:
        self.copies = [a_copy()]
        self.claims = [a_claim()]
        self.downloads = [a_download()]
        self.canary = CANARY
        self.restore: Json = {"phase": "Completed"}
        self.requests: list[tuple[str, str]] = []
        self.asked: Json = {}

    def __call__(self, method: str, path: str, body: Json | None = None) -> Json:
        self.requests.append((method, path))
        if method == "POST":
            assert body is not None
            self.asked = body
            return body
        lists = {"/backups?": self.copies, "/datadownloads?": self.downloads, "/restores?": []}
        for part, items in lists.items():
            if part in path:
                return {"items": items}
        if "/restores/" in path:
            return {"status": self.restore}
        if path.endswith("/configmaps"):
            return {"items": [{"metadata": {"name": name}} for name in ("kube-root-ca.crt", "canary")]}
        if path.endswith("/persistentvolumeclaims"):
            return {"items": self.claims}
        return {"data": self.canary}


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Server:
    values = {
        "CANARY": "canary",
        "DRIVER": DRIVER,
        "EXPECTED": json.dumps(CANARY),
        "JOB": "restore-test",
        "OLDEST_SECONDS": "93600",
        "SCHEDULE": "daily",
        "SCRATCH": "scratch",
        "SERVICES": "shop",
        "VELERO": "velero",
    }
    for name, value in values.items():
        monkeypatch.setenv(name, value)
    found = Server()
    monkeypatch.setattr(restore_test, "call", found)
    monkeypatch.setattr(restore_test.time, "sleep", lambda _: None)
    return found


def test_the_newest_copy_is_restored_where_nothing_runs(server: Server) -> None:
    server.copies.insert(0, a_copy("daily-0", started="2998-01-01T00:00:00Z"))

    assert restore_test.main() == 0

    assert server.asked["spec"]["backupName"] == "daily-1"
    assert server.asked["spec"]["namespaceMapping"] == {"shop": "scratch"}
    assert set(server.asked["spec"]["includedResources"]) == {
        "configmaps",
        "persistentvolumeclaims",
        "persistentvolumes",
    }


def test_what_was_restored_goes_again_and_nothing_of_the_shop(server: Server) -> None:
    restore_test.main()

    gone = [path for method, path in server.requests if method == "DELETE"]
    assert "/api/v1/namespaces/scratch/persistentvolumeclaims/data" in gone
    assert not [path for path in gone if "/namespaces/shop/" in path or "kube-root-ca.crt" in path]


BROKEN = {
    "no copy": ("copies", [], "there is no complete copy"),
    "no copy that is complete": ("copies", [a_copy(phase="PartiallyFailed")], "there is no complete copy"),
    "no copy that is young enough": ("copies", [a_copy(started="2020-01-01T00:00:00Z")], "hours old"),
    "a restore that failed": ("restore", {"phase": "PartiallyFailed", "errors": 2}, "PartiallyFailed with 2 errors"),
    "a restore that left something out": (
        "restore", {"phase": "Completed", "restoreItemOperationsAttempted": 3, "restoreItemOperationsCompleted": 2}, "1 of 3 volumes",
    ),
    "another canary": ("canary", {"cluster": "another"}, "the canary says something else"),
    "a volume that is missing": ("downloads", [], "no content came back of data"),
    "a volume that is not whole": ("downloads", [a_download(done=9)], "9 of 10 bytes"),
    "a volume that was given up": ("downloads", [a_download(phase="Canceled")], "is Canceled"),
}  # fmt: skip
"""What is wrong, to what the server says then, and what is said about it."""


@pytest.mark.parametrize("case", BROKEN)
def test_a_copy_that_does_not_restore_is_a_failure(
    case: str, server: Server, capsys: pytest.CaptureFixture[str]
) -> None:
    name, value, said = BROKEN[case]
    setattr(server, name, value)

    assert restore_test.main() == 1

    assert said in capsys.readouterr().err
    assert server.requests[-1][1].startswith("/apis/velero.io/v1/namespaces/velero/restores")


@pytest.mark.parametrize("claim", [a_claim(driver="files.example.com"), a_claim(made="2999-06-01T00:00:00Z")])
def test_volumes_that_no_copy_can_hold_are_not_missed(claim: Json, server: Server) -> None:
    server.claims, server.downloads = [claim], []

    assert restore_test.main() == 0


def test_volumes_that_are_not_copied_are_not_looked_for(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DRIVER", "")
    server.downloads = []

    assert restore_test.main() == 0
    assert not [path for _, path in server.requests if "datadownloads" in path]
