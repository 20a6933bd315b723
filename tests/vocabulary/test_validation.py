"""The API server's own rules, held to values it is known to take and to refuse."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest

from groundplan.kubernetes import validation as rules

GOOD: dict[Callable[[str], rules.Reason], list[str]] = {
    rules.dns_label: ["a", "0", "a-b", "9-a", "a" * 63],
    rules.dns_label_1035: ["a", "a0", "a-9"],
    rules.dns_subdomain: ["a", "a.b", "1.2", "a-b.c-d", "a" * 253],
    rules.path_segment: ["system:node", "Admin Role"],
    rules.qualified_name: ["app", "App_1.x", "example.com/app", "a" * 63],
    rules.label_value: ["", "v1.0_a-b", "A", "a" * 63],
    rules.port_name: ["http", "http-2", "a" * 15],
    rules.config_key: ["a", ".env", "app.properties", "A_B-c"],
    rules.variable_name: ["A", "_a", "my.var-1"],
    rules.go_duration: ["0", "30s", "1h30m", "1.5h", "100ms"],
    rules.prometheus_duration: ["0", "30s", "5m", "1d12h", "90d"],
    rules.host_name: ["api.example.com", "*.example.com", "a.b"],
    rules.cidr: ["10.0.1.0/24", "0.0.0.0/0", "10.0.0.1/32", "fd00::/8"],
    rules.cron: ["* * * * *", "*/5 0-6 1,15 jan-mar MON", "0 3 * * 0", "@daily", "@every 1h", "30 2 ? * 6"],
    rules.time_zone: ["UTC", "America/New_York", "Etc/UTC"],
}
BAD: dict[Callable[[str], rules.Reason], list[str]] = {
    rules.dns_label: ["", "A", "a_b", "-a", "a-", "a.b", "a" * 64, "a\n"],
    rules.dns_label_1035: ["1a", "-a", "a" * 64],
    rules.dns_subdomain: ["", "A", "a..b", ".a", "a_b", "a" * 254],
    rules.path_segment: [".", "..", "a/b", "50%"],
    rules.qualified_name: ["", "/a", "a/", "-a", "a b", "UPPER.example/a", "a/b/c", "a" * 64],
    rules.label_value: ["-a", "a b", "a/b", "a" * 64, "a:b"],
    rules.port_name: ["", "HTTP", "a--b", "-a", "123", "a" * 16],
    rules.config_key: ["", ".", "..a", "a/b", "a b", "a" * 254],
    rules.variable_name: ["", "1A", "A=B", "A B", "."],
    rules.go_duration: ["", "30", "1d", "5 m", "h"],
    rules.prometheus_duration: ["", "30", "1.5h", "1h1h", "30s1m", "-5m"],
    rules.host_name: ["localhost", "API.example.com", "a" * 64 + ".com", "*", "*.*.example.com", "example.com.", "a.b\n"],
    rules.cidr: ["", "10.0.1.0", "10.0.1.1/24", "10.0.0.0/255.0.0.0", "10.0.0.0/33", "10.0/8", "a/8"],
    rules.cron: ["", "* * * *", "60 * * * *", "* 24 * * *", "* * 0 * *", "* * * 13 *", "* * * * 7", "*/0 * * * *",
                 "5-1 * * * *", "@sometimes", "@every day", "0 0 3 * * *", "1-2-3 * * * *"],
    rules.time_zone: ["", "Local", "Mars/Base", "EDT5"],
}  # fmt: skip


@pytest.mark.parametrize(("rule", "text"), [(rule, text) for rule, texts in GOOD.items() for text in texts])
def test_takes_a_good_value(rule: Callable[[str], rules.Reason], text: str) -> None:
    assert rule(text) is None


@pytest.mark.parametrize(("rule", "text"), [(rule, text) for rule, texts in BAD.items() for text in texts])
def test_refuses_a_bad_value_with_a_reason(rule: Callable[[str], rules.Reason], text: str) -> None:
    assert rule(text)


def test_some_schedules_begin_with_seconds() -> None:
    assert rules.cron("0 0 3 * * *", seconds=True) is None
    assert rules.cron("0 3 * * *", seconds=True) == "has 5 fields, not 6"


@pytest.mark.parametrize(
    ("text", "number"),
    [("250m", "0.25"), ("2", "2"), ("1Gi", "1073741824"), ("1.5k", "1500"), ("1e3", "1000"), ("-1", "-1"), (".5", "0.5"),
     ("1E", "1e18")],
)  # fmt: skip
def test_a_quantity_is_a_number(text: str, number: str) -> None:
    assert rules.quantity(text) == Decimal(number)


@pytest.mark.parametrize("value", ["", "1GB", "1 Gi", "Gi", "1.2.3", "0x1", True, None, [1]])
def test_other_things_are_no_quantity(value: object) -> None:
    assert rules.not_quantity(value)


@pytest.mark.parametrize(("number", "good"), [(1, True), (65535, True), (0, False), (65536, False), (-1, False)])
def test_a_port_is_a_number_in_range(number: int, good: bool) -> None:
    assert (rules.port_number(number) is None) == good


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("300ms", "0.3"), ("1h30m", "5400"), ("1d12h", "129600"), ("1.5h", "5400"), ("7d", "604800"), ("1y", "31536000")],
)
def test_a_duration_of_any_notation_is_so_many_seconds(text: str, seconds: str) -> None:
    assert rules.duration_seconds(text) == Decimal(seconds)


@pytest.mark.parametrize("text", ["", "30", "m", "5 m", "5m later", "-5m"])
def test_what_is_no_duration_has_no_seconds(text: str) -> None:
    assert rules.duration_seconds(text) is None
