"""The script inside the snapshot job, held against an API server that remembers what it was asked."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from groundplan.stores.files.azure_files.scripts import volume_snapshot
from groundplan.stores.files.azure_files.scripts.volume_snapshot import too_old

NOW = datetime(2026, 3, 10, 3, 0, tzinfo=UTC)
WEEK = timedelta(days=7)


def a_snapshot(days_old: int, *, good: bool = True) -> dict[str, Any]:
    return {
        "metadata": {
            "name": f"files-{days_old}",
            "creationTimestamp": (NOW - timedelta(days=days_old, seconds=5)).isoformat().replace("+00:00", "Z"),
        },
        "status": {"readyToUse": good},
    }


class Server:
    """Answers like the snapshot API; a new snapshot is good unless told otherwise."""

    def __init__(self, existing: list[dict[str, Any]], *, good: bool = True) -> None:
        self.existing = existing
        self.good = good
        self.requests: list[tuple[str, str]] = []

    def __call__(self, method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        self.requests.append((method, path))
        if path.startswith("?"):
            return {"items": self.existing}
        return {"status": {"readyToUse": self.good}}


@pytest.fixture(autouse=True)
def job(monkeypatch: pytest.MonkeyPatch) -> None:
    values = {"CLAIM": "files", "JOB": "files-snapshot", "KEEP_SECONDS": "604800", "SNAPSHOT_CLASS": "azure-files"}
    for name, value in values.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(volume_snapshot.time, "sleep", lambda _: None)


def test_a_week_of_daily_snapshots_stays() -> None:
    snapshots = [a_snapshot(days) for days in range(8)]

    assert too_old(snapshots, NOW, WEEK) == ["files-7"]


def test_the_newest_good_one_stays_whatever_its_age() -> None:
    snapshots = [a_snapshot(30), a_snapshot(20), a_snapshot(9, good=False)]

    assert too_old(snapshots, NOW, WEEK) == ["files-30", "files-9"]


def test_nothing_is_deleted_where_there_is_nothing() -> None:
    assert too_old([], NOW, WEEK) == []


def test_takes_one_and_deletes_the_old(monkeypatch: pytest.MonkeyPatch) -> None:
    server = Server(
        [{**a_snapshot(0), "metadata": {"name": "new", "creationTimestamp": "2999-01-01T00:00:00Z"}}, a_snapshot(400)]
    )
    monkeypatch.setattr(volume_snapshot, "call", server)

    assert volume_snapshot.main() == 0

    assert server.requests[0] == ("POST", "")
    assert server.requests[-1] == ("DELETE", "/files-400")


def test_deletes_nothing_when_the_new_one_is_no_good(monkeypatch: pytest.MonkeyPatch) -> None:
    server = Server([a_snapshot(30)], good=False)
    monkeypatch.setattr(volume_snapshot, "call", server)
    monkeypatch.setattr(volume_snapshot, "PATIENCE", -1)

    assert volume_snapshot.main() == 1

    assert "DELETE" not in [method for method, _ in server.requests]
