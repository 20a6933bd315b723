"""Maintenance windows are written in people's time and rendered in the one each service reads."""

from __future__ import annotations

from tests.support.azure_shop import AZURE_SHOP
from tests.support.rendering import Json, an_environment, rendered, schema_problems, the

SUNDAY = '{day: Sunday, start: "02:00", time_zone: Asia/Seoul}'
TWO_HOURS = SUNDAY.replace("time_zone", "hours: 2, time_zone")


def documents(component: str, overlay: str) -> list[Json]:
    return rendered(an_environment(overlay, base=AZURE_SHOP), component)


def test_the_database_reads_utc_and_counts_days_from_sunday() -> None:
    objects = documents("orders", f"data: {{orders: {{engine: {{azure-flexible-server: {{maintenance: {SUNDAY}}}}}}}}}")

    window = the(objects, "FlexibleServer")["spec"]["maintenanceWindow"]

    assert window == {"customWindow": "Enabled", "dayOfWeek": 6, "startHour": 17, "startMinute": 0}


def test_the_cache_takes_five_hours_unless_more_are_written() -> None:
    schedule = the(
        documents("cache", f"data: {{cache: {{engine: {{azure-cache: {{maintenance: {SUNDAY}}}}}}}}}"),
        "RedisPatchSchedule",
    )

    entry = {"dayOfWeek": "Saturday", "startHourUtc": 17, "maintenanceWindow": "PT5H"}
    assert schedule["spec"]["scheduleEntries"] == [entry]
    assert schema_problems(schedule) == []


def test_the_cluster_keeps_its_own_window_and_gives_upgrades_four_hours() -> None:
    objects = documents("cluster", f"platform: {{azure: {{cluster: {{maintenance: {TWO_HOURS}}}}}}}")

    general = the(objects, "MaintenanceConfiguration", "aks-shop-live-default")
    upgrade = the(objects, "MaintenanceConfiguration", "aks-shop-live-aksmanagedautoupgradeschedule")

    assert general["spec"]["timeInWeek"] == [{"day": "Saturday", "hourSlots": [17, 18]}]
    assert upgrade["spec"]["maintenanceWindow"]["durationHours"] == 4
    assert upgrade["spec"]["maintenanceWindow"]["startTime"] == "02:00"
