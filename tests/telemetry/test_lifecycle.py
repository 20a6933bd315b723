"""For how long logs are kept, as Elasticsearch is told, and what people find in Kibana."""

from __future__ import annotations

import json

import pytest

from groundplan.documents.logging import room
from groundplan.model.logging import LogDashboard, Logging, LogPanel, LogSearch, SearchNodes
from groundplan.telemetry.lifecycle import days, policies, templates
from groundplan.telemetry.saved_objects import saved_objects


@pytest.mark.parametrize(("stated", "told"), [("30d", "30d"), ("36h", "2d"), ("1h", "1d"), ("720h", "30d")])
def test_time_is_told_in_whole_days_and_never_less(stated: str, told: str) -> None:
    assert days(stated) == told


def test_each_log_is_deleted_when_it_is_as_old_as_is_stated() -> None:
    told = policies(Logging(retention="45d", audit_retention="400d"))

    ages = {name: policy["policy"]["phases"]["delete"]["min_age"] for name, policy in told.items()}
    assert ages == {"logs-pods": "45d", "logs-audit": "400d"}


def test_every_template_names_its_own_policy_and_as_many_copies_as_are_stated() -> None:
    told = templates(Logging(elasticsearch=SearchNodes(nodes=4, copies=2)))

    for name, template in told.items():
        index = template["template"]["settings"]["index"]
        assert (index["lifecycle"]["name"], index["number_of_replicas"]) == (name, 2)
        assert template["index_patterns"] == [f"{name}-*"]


def test_own_searches_and_dashboards_stand_beside_the_derived_ones() -> None:
    panel = LogPanel(view="audit", shows="top", by="user.name", search="event.outcome: failure")
    logging = Logging(
        searches={"orders": LogSearch(view="pods", search="message: order")},
        dashboards={"shop": LogDashboard(title="Shop", panels={"Refused": panel})},
    )

    found = {(one["type"], one["id"]): one for one in map(json.loads, saved_objects(logging).splitlines())}

    assert {("search", "search-orders"), ("search", "search-errors"), ("dashboard", "dashboard-shop")} <= set(found)
    picture = found["visualization", "shop-0"]
    state = json.loads(picture["attributes"]["visState"])
    asked = json.loads(picture["attributes"]["kibanaSavedObjectMeta"]["searchSourceJSON"])
    assert [one["type"] for one in state["aggs"]] == ["count", "terms"]
    assert asked["query"] == {"language": "kuery", "query": "event.outcome: failure"}
    assert picture["references"] == [{"id": "logs-audit", "name": asked["indexRefName"], "type": "index-pattern"}]


def test_twice_as_long_leaves_room_for_half_as_much_each_day() -> None:
    month, longer = Logging(audit_retention="30d"), Logging(retention="60d", audit_retention="60d")

    assert room(month) == pytest.approx(200 * 3 * 0.75 / 2 / 30)
    assert room(longer) == pytest.approx(room(month) / 2)
