"""What nobody takes goes by itself, and what was set aside is heard of."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from trees import a_context, an_object, inventory, put

from groundplan.stores.broker.azure_service_bus.effect.observability import endless

Json = dict[str, Any]


def rented(kind: str, name: str, group: str = "servicebus.azure.com", **spec: Any) -> Json:
    return an_object(kind, name, f"{group}/v1", namespace="store-prod", spec=spec)


def tree() -> dict[str, Json]:
    criteria = {"any": {"allOf": [{"metricName": "DeadletteredMessages"}]}}
    return {
        "bus": rented("Namespace", "sb"),
        "queue": rented("NamespacesQueue", "orders", defaultMessageTimeToLive="P14D"),
        "reader": rented(
            "NamespacesTopicsSubscription",
            "audit",
            defaultMessageTimeToLive="P1D",
            deadLetteringOnMessageExpiration=False,
        ),
        "people": rented("ActionGroup", "ag", "insights.azure.com"),
        "alert": rented(
            "MetricAlert",
            "aside",
            "insights.azure.com",
            criteria=criteria,
            scopesReferences=[{"name": "sb"}],
            enabled=True,
        ),
    }


def found(root: Path, objects: dict[str, Json]) -> list[str]:
    for name, document in objects.items():
        put(root, document, component=name)
    return sorted(rule for _, _, rule, _, _ in endless(inventory(root), a_context(root)))


def test_a_broker_that_empties_itself_and_is_watched_is_fine(tmp_path: Path) -> None:
    assert found(tmp_path, tree()) == []


@pytest.mark.parametrize("name", ["queue", "reader"])
def test_what_is_kept_for_ever_is_found(tmp_path: Path, name: str) -> None:
    objects = tree()
    del objects[name]["spec"]["defaultMessageTimeToLive"]

    assert found(tmp_path, objects) == ["endless"]


def test_expired_messages_of_a_subscription_may_not_fill_the_topic(tmp_path: Path) -> None:
    objects = tree()
    objects["reader"]["spec"]["deadLetteringOnMessageExpiration"] = True

    assert found(tmp_path, objects) == ["endless"]


@pytest.mark.parametrize(
    "spec",
    [{"enabled": False}, {"scopesReferences": [{"name": "other"}]}, {"criteria": {}}],
    ids=["off", "other", "empty"],
)
def test_set_aside_messages_that_nobody_hears_of_are_found(tmp_path: Path, spec: Json) -> None:
    objects = tree()
    objects["alert"]["spec"] |= spec

    assert found(tmp_path, objects) == ["set-aside"]
