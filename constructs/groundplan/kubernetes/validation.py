"""The API server's rules for names, labels, quantities, ports, networks and times, as functions that say what is wrong.

Each returns None for a good value and otherwise the reason, to be read after the value: "`Web` {reason}".
See https://kubernetes.io/docs/concepts/overview/working-with-objects/names/ and
https://github.com/kubernetes/apimachinery/blob/master/pkg/util/validation/validation.go .
"""

from __future__ import annotations

import ipaddress
import re
import zoneinfo
from decimal import Decimal
from functools import cache

_LABEL = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?")
_LABEL_1035 = re.compile(r"[a-z]([-a-z0-9]*[a-z0-9])?")
_SUBDOMAIN = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*")
_QUALIFIED = re.compile(r"([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]")
_CONFIG_KEY = re.compile(r"[-._a-zA-Z0-9]+")
_VARIABLE = re.compile(r"[-._a-zA-Z][-._a-zA-Z0-9]*")
_QUANTITY = re.compile(r"[+-]?([0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE]([+-]?[0-9]+)|([KMGTPE]i|[numkMGTPE]?))")
_FACTORS = {
    "n": Decimal("1e-9"), "u": Decimal("1e-6"), "m": Decimal("1e-3"), "": Decimal(1),
    "k": Decimal(10**3), "M": Decimal(10**6), "G": Decimal(10**9), "T": Decimal(10**12), "P": Decimal(10**15),
    "E": Decimal(10**18), "Ki": Decimal(2**10), "Mi": Decimal(2**20), "Gi": Decimal(2**30), "Ti": Decimal(2**40),
    "Pi": Decimal(2**50), "Ei": Decimal(2**60),
}  # fmt: skip
_GO_DURATION = re.compile(r"[-+]?(?:(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:ns|us|µs|ms|s|m|h))+|0")
_PROMETHEUS_DURATION = re.compile(
    r"0|(?=[0-9])(?:[0-9]+y)?(?:[0-9]+w)?(?:[0-9]+d)?(?:[0-9]+h)?(?:[0-9]+m)?(?:[0-9]+s)?(?:[0-9]+ms)?"
)
_DURATION_PART = re.compile(r"([0-9]+(?:\.[0-9]*)?|\.[0-9]+)(ns|us|µs|ms|s|m|h|d|w|y)")
_SECONDS = {
    "ns": Decimal("1e-9"), "us": Decimal("1e-6"), "µs": Decimal("1e-6"), "ms": Decimal("1e-3"), "s": Decimal(1),
    "m": Decimal(60), "h": Decimal(3600), "d": Decimal(86400), "w": Decimal(604800), "y": Decimal(31536000),
}  # fmt: skip
_CRON_WORDS = frozenset({"@yearly", "@annually", "@monthly", "@weekly", "@daily", "@midnight", "@hourly"})
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_CRON_FIELDS: tuple[tuple[int, int, tuple[str, ...]], ...] = (
    (0, 59, ()),
    (0, 59, ()),
    (0, 23, ()),
    (1, 31, ()),
    (1, 12, _MONTHS),
    (0, 6, _DAYS),
)

Reason = str | None
"""Why a value is refused; None where it is not."""


def dns_label(text: str) -> Reason:
    """RFC 1123 label: namespaces, containers, volumes."""
    if len(text) > 63:
        return f"has {len(text)} characters, more than 63"
    return None if _LABEL.fullmatch(text) else "is not a DNS label: lower-case letters, digits and inner `-`"


def dns_label_1035(text: str) -> Reason:
    """RFC 1035 label: Services; it begins with a letter."""
    if len(text) > 63:
        return f"has {len(text)} characters, more than 63"
    return (
        None
        if _LABEL_1035.fullmatch(text)
        else "is not a DNS label that begins with a letter: lower-case letters, digits and inner `-`"
    )


def dns_subdomain(text: str) -> Reason:
    """RFC 1123 subdomain: most names."""
    if len(text) > 253:
        return f"has {len(text)} characters, more than 253"
    return None if _SUBDOMAIN.fullmatch(text) else "is not a DNS name: lower-case letters, digits, `-` and `.`"


def host_name(text: str) -> Reason:
    """Fully qualified DNS names, each label of 63 characters at most; a leading `*.` stands for one label."""
    name = text.removeprefix("*.")
    if reason := dns_subdomain(name):
        return reason
    good = "." in name and all(len(label) <= 63 for label in name.split("."))
    return None if good else "is not a host name"


def path_segment(text: str) -> Reason:
    """Names of RBAC objects: anything that can stand in a path."""
    good = text not in (".", "..") and "/" not in text and "%" not in text
    return None if good else "cannot stand in a path"


def qualified_name(text: str) -> Reason:
    """Keys of labels and annotations: an optional DNS prefix and `/`, then at most 63 characters."""
    prefix, slash, name = text.rpartition("/")
    if slash and (not prefix or dns_subdomain(prefix)):
        return "has a prefix that is not a DNS name"
    if len(name) > 63:
        return f"has {len(name)} characters, more than 63"
    return None if _QUALIFIED.fullmatch(name) else "is not a qualified name: letters, digits and inner `-`, `_`, `.`"


def label_value(text: str) -> Reason:
    """Values of labels; the empty string is one."""
    if len(text) > 63:
        return f"has {len(text)} characters, more than 63"
    good = not text or _QUALIFIED.fullmatch(text)
    return None if good else "is not a label value: letters, digits and inner `-`, `_`, `.`"


def port_name(text: str) -> Reason:
    """IANA service name: names of container ports."""
    if len(text) > 15:
        return f"has {len(text)} characters, more than 15"
    good = _LABEL.fullmatch(text) and "--" not in text and re.search("[a-z]", text)
    return None if good else "is not a port name: lower-case letters, digits and single inner `-`, one letter at least"


def port_number(number: int) -> Reason:
    """TCP, UDP and SCTP ports."""
    return None if 1 <= number <= 65535 else "is not a port, 1 to 65535"


def cidr(text: str) -> Reason:
    """Networks as address and prefix length, with no host bits set."""
    _, slash, length = text.partition("/")
    if not slash or not length.isdecimal():
        return "is not a CIDR block"
    try:
        ipaddress.ip_network(text)
    except ValueError as error:
        return f"is not a CIDR block ({error})"
    return None


def config_key(text: str) -> Reason:
    """Keys of ConfigMaps and Secrets: each becomes a file name."""
    if len(text) > 253:
        return f"has {len(text)} characters, more than 253"
    good = _CONFIG_KEY.fullmatch(text) and text != "." and not text.startswith("..")
    return None if good else "is not a file name: letters, digits, `-`, `_` and `.`"


def variable_name(text: str) -> Reason:
    """Names of environment variables, as every supported version takes them."""
    good = _VARIABLE.fullmatch(text) and text not in (".", "..")
    return None if good else "is not a variable name: letters, digits, `-`, `_` and `.`, no digit first"


@cache
def quantity(text: str) -> Decimal | None:
    """The number a quantity stands for; None where it is none."""
    match = _QUANTITY.fullmatch(text)
    if match is None:
        return None
    number = Decimal(match[1]) * (Decimal(10) ** int(match[2]) if match[2] else _FACTORS[match[3] or ""])
    return -number if text.startswith("-") else number


def not_quantity(value: object) -> Reason:
    """Resource amounts, as text or as a number."""
    good = not isinstance(value, bool) and isinstance(value, str | int | float) and quantity(str(value)) is not None
    return None if good else "is not a quantity such as `250m`, `2` or `512Mi`"


def go_duration(text: str) -> Reason:
    """Durations of Kubernetes, Argo CD and most operators: hours are the largest unit."""
    return None if _GO_DURATION.fullmatch(text) else "is not a duration such as `30s`, `5m` or `1h30m`"


def prometheus_duration(text: str) -> Reason:
    """Durations of Prometheus: whole numbers, from years down to milliseconds, each unit once."""
    good = text and _PROMETHEUS_DURATION.fullmatch(text)
    return None if good else "is not a Prometheus duration such as `30s`, `5m` or `1d12h`"


def duration_seconds(text: str) -> Decimal | None:
    """Seconds that a duration in any of the notations stands for, such as `300ms`, `1h30m` or `1d12h`; None for others.

    A day has 24 hours and a year 365 days, as Prometheus counts.
    """
    parts = _DURATION_PART.findall(text)
    if not parts or "".join(number + unit for number, unit in parts) != text:
        return None
    return sum((Decimal(number) * _SECONDS[unit] for number, unit in parts), Decimal(0))


def cron(text: str, *, seconds: bool = False) -> Reason:
    """Schedules: five fields or a word such as `@daily`; six where seconds come first.

    Days of the week end with 6: Kubernetes and the operators read schedules with github.com/robfig/cron, which
    refuses the 7 that other readers take for Sunday.
    """
    if text.startswith("@every "):
        return go_duration(text.removeprefix("@every "))
    if text.startswith("@"):
        return None if text in _CRON_WORDS else "is not a known schedule"
    fields, expected = text.split(), _CRON_FIELDS[0 if seconds else 1 :]
    if len(fields) != len(expected):
        return f"has {len(fields)} fields, not {len(expected)}"
    for field, (low, high, names) in zip(fields, expected, strict=True):
        if not all(_cron_part(part, low, high, names) for part in field.split(",")):
            return f"is no schedule: `{field}` is not in {low} to {high}"
    return None


def _cron_part(part: str, low: int, high: int, names: tuple[str, ...]) -> bool:
    span, slash, step = part.partition("/")
    if slash and (not step.isdigit() or int(step) == 0):
        return False
    if span in ("*", "?"):
        return True
    bounds = [str(names.index(bound.lower()) + low) if bound.lower() in names else bound for bound in span.split("-")]
    if len(bounds) > 2 or not all(bound.isdigit() for bound in bounds):
        return False
    numbers = [int(bound) for bound in bounds]
    return all(low <= number <= high for number in numbers) and numbers == sorted(numbers)


@cache
def time_zones() -> frozenset[str]:
    """IANA time zones this machine knows; empty where it has no zone data."""
    return frozenset(zoneinfo.available_timezones())


def time_zone(text: str) -> Reason:
    """IANA time zones; `Local` and the empty string depend on the machine and are refused."""
    return None if text in time_zones() or (text == "UTC" and not time_zones()) else "is not an IANA time zone"
