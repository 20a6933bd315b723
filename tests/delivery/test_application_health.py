"""The health check of Applications, run in Lua as Argo CD runs it."""

from typing import Any

import lupa
import pytest

from groundplan.delivery.argocd import APPLICATION_HEALTH


def health(status: dict[str, Any] | None) -> str:
    runtime = lupa.LuaRuntime()
    check = runtime.eval(f"function(obj) {APPLICATION_HEALTH} end")
    return str(check(runtime.table_from({"status": status} if status is not None else {}, recursive=True))["status"])


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (None, "Progressing"),
        ({}, "Progressing"),
        ({"operationState": {"phase": "Running"}, "health": {"status": "Healthy"}}, "Progressing"),
        ({"operationState": {"phase": "Succeeded"}, "health": {"status": "Healthy"}}, "Healthy"),
        ({"operationState": {"phase": "Succeeded"}, "health": {"status": "Degraded"}}, "Degraded"),
        ({"operationState": {"phase": "Failed"}, "health": {"status": "Healthy"}}, "Degraded"),
        ({"operationState": {"phase": "Error"}, "health": {"status": "Healthy"}}, "Degraded"),
        ({"sync": {"status": "OutOfSync"}, "health": {"status": "Healthy"}}, "Progressing"),
        (
            {
                "sync": {"status": "OutOfSync"},
                "operationState": {"phase": "Succeeded"},
                "health": {"status": "Healthy"},
            },
            "Healthy",
        ),
    ],
)
def test_a_wave_goes_on_only_after_a_sync_that_succeeded(status: dict[str, Any] | None, expected: str) -> None:
    assert health(status) == expected
