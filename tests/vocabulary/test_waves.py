"""The order in which an empty cluster is filled."""

from __future__ import annotations

from groundplan.waves import SyncWave


def test_what_others_stand_on_comes_first() -> None:
    order = [
        SyncWave.CLUSTER, SyncWave.DELIVERY, SyncWave.OPERATORS, SyncWave.FOUNDATION, SyncWave.SECRETS, SyncWave.DATA,
        SyncWave.MESSAGING, SyncWave.PLATFORM, SyncWave.SERVICES, SyncWave.EDGE,
    ]  # fmt: skip

    assert order == sorted(order)
    assert len(set(order)) == len(order)
