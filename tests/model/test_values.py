"""What people may write: never something that a gate, or the cluster behind it, would refuse."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from groundplan.kubernetes import validation as rules
from groundplan.model import values

Judge = Callable[[str], rules.Reason]

PAIRS: dict[str, tuple[Any, list[Judge]]] = {
    "name": (values.Name, [rules.dns_label, rules.dns_subdomain]),
    "service": (values.ServiceName, [rules.dns_label_1035]),
    "variable": (values.VariableName, [rules.variable_name]),
    "label": (values.LabelValue, [rules.label_value]),
    "cpu": (values.Cpu, [rules.not_quantity]),
    "memory": (values.Memory, [rules.not_quantity]),
    "quantity": (values.Quantity, [rules.not_quantity]),
    "host": (values.HostName, [lambda text: rules.dns_subdomain(text.removeprefix("*."))]),
    "block": (values.Cidr, [rules.cidr]),
    "schedule": (values.CronSchedule, [rules.cron, lambda text: rules.cron(f"0 {text}", seconds=True)]),
    "zone": (values.TimeZone, [rules.time_zone]),
    "duration": (
        values.Duration,
        [rules.prometheus_duration, lambda text: rules.go_duration(values.go_duration(text))],
    ),
}
"""Each kind of value, and what the gates hold it to."""

ADAPTERS = {kind: TypeAdapter(accepted) for kind, (accepted, _) in PAIRS.items()}

GOOD = [
    "web-api", "1a", "A_B", "team.a", "250m", "2", "1.5", "512Mi", "1e3", "api.example.com", "*.example.com", "a.b",
    "10.0.1.0/24", "10.0.0.0/255.0.0.0", "10.0.0.1", "0 3 * * *", "*/5 0-6 1,15 jan-mar MON", "0 2 * * 7", "@daily",
    "0 2 * * SUN", "UTC", "Asia/Seoul", "30s", "7d", "300ms", "1h30m",
]  # fmt: skip
FIELDS = st.one_of(
    st.just("*"), st.integers(-1, 70).map(str), st.sampled_from(["SUN", "jan", "?", "1-5", "5-1", "*/15", "1,2", "0-7"])
)


@st.composite
def spoilt(draw: st.DrawFn) -> str:
    """A good value of some kind with one character put in, taken out or replaced."""
    text = draw(st.sampled_from(GOOD))
    at = draw(st.integers(0, len(text)))
    return (
        text[:at]
        + draw(st.sampled_from(["", "\n", " ", "-", ".", "/", "0", "A", "é", "_"]))
        + text[at + draw(st.integers(0, 1)) :]
    )


texts = st.one_of(spoilt(), st.lists(FIELDS, min_size=4, max_size=6).map(" ".join), st.text(max_size=70))


@pytest.mark.parametrize("kind", PAIRS)
@settings(deadline=None)
@given(text=texts)
@example("a\n")
@example("a" * 64)
@example("0 2 * * 7")
def test_what_the_loader_accepts_the_gates_accept(kind: str, text: str) -> None:
    try:
        value = ADAPTERS[kind].validate_python(text)
    except ValidationError:
        return

    assert [reason for judge in PAIRS[kind][1] if (reason := judge(value))] == []


@pytest.mark.parametrize(
    ("kind", "text"),
    [("schedule", "0 2 * * SUN"), ("schedule", "*/15 0-6 1,15 jan-mar 1-5"), ("zone", "Asia/Seoul"), ("quantity", "1e3"),
     ("host", "*.example.com"), ("block", "10.0.1.0/24"), ("label", "A_b.c"), ("duration", "7d")],
)  # fmt: skip
def test_takes_a_good_value(kind: str, text: str) -> None:
    assert ADAPTERS[kind].validate_python(text) == text


@pytest.mark.parametrize(
    ("kind", "text"),
    [("schedule", "0 2 * * 7"), ("schedule", "@daily"), ("schedule", "0 2 ? * 1"), ("schedule", "every night"),
     ("zone", "Mars/Phobos"), ("block", "10.0.0.1"), ("block", "10.0.0.0/255.0.0.0"), ("host", "localhost"),
     ("name", "web\n"), ("label", ""), ("variable", "A.B"), ("duration", "1h30m")],
)  # fmt: skip
def test_refuses_what_would_not_work_and_says_what_to_write(kind: str, text: str) -> None:
    with pytest.raises(ValidationError, match=r"(?s)`.*`.*; (write|use|did you mean) "):
        ADAPTERS[kind].validate_python(text)


@pytest.mark.parametrize(("text", "read"), [("7d", "168h"), ("90m", "90m"), ("300ms", "300ms")])
def test_days_are_written_as_hours_for_programs_in_go(text: str, read: str) -> None:
    assert values.go_duration(text) == read
