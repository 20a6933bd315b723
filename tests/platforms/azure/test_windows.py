"""Maintenance windows are written in people's time and rendered in the one each service reads."""

from __future__ import annotations

from tests.support.azure_shop import AZURE_SHOP
from tests.support.rendering import Json, an_environment, rendered, schema_problems, the

SUNDAY = '{day: Sunday, start: "02:00", hours: 2, time_zone: Asia/Seoul}'


def documents(component: str, overlay: str) -> list[Json]:
    return rendered(an_environment(overlay, base=AZURE_SHOP), component)


def test_the_database_reads_utc_and_counts_days_from_sunday() -> None:
    objects = documents("orders", f"data: {{orders: {{azure: {{maintenance: {SUNDAY}}}}}}}")

    window = the(objects, "FlexibleServer")["spec"]["maintenanceWindow"]

    assert window == {"customWindow": "Enabled", "dayOfWeek": 6, "startHour": 17, "startMinute": 0}


def test_the_cache_takes_no_window_below_five_hours() -> None:
    schedule = the(documents("cache", f"data: {{cache: {{azure: {{maintenance: {SUNDAY}}}}}}}"), "RedisPatchSchedule")

    entry = {"dayOfWeek": "Saturday", "startHourUtc": 17, "maintenanceWindow": "PT5H"}
    assert schedule["spec"]["scheduleEntries"] == [entry]
    assert schema_problems(schedule) == []


def test_the_cluster_keeps_its_own_window_and_gives_upgrades_four_hours() -> None:
    objects = documents("cluster", f"platform: {{azure: {{cluster: {{maintenance: {SUNDAY}}}}}}}")

    general = the(objects, "MaintenanceConfiguration", "aks-shop-live-default")
    upgrade = the(objects, "MaintenanceConfiguration", "aks-shop-live-aksmanagedautoupgradeschedule")

    assert general["spec"]["timeInWeek"] == [{"day": "Saturday", "hourSlots": [17, 18]}]
    assert upgrade["spec"]["maintenanceWindow"]["durationHours"] == 4
    assert upgrade["spec"]["maintenanceWindow"]["startTime"] == "02:00"
