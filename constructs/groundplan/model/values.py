"""The kinds of value an environment file holds, each with its own check and message.

What Kubernetes and its operators take is decided in `groundplan.kubernetes.validation`, which the gates use too. Here
stands only what people may write beside that: shorter forms, and where a value is refused although a cluster would
take it.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable
from decimal import Decimal
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from groundplan.kubernetes import validation as rules
from groundplan.kubernetes.stored import stored_quantity

_DURATION = re.compile(r"([0-9]+)(ms|s|m|h|d)")
_IMAGE = re.compile(
    r"(?:[a-z0-9.-]+:[0-9]+/)?[a-z0-9]+(?:[._/-]+[a-z0-9]+)*(?::[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?(?:@sha256:[0-9a-f]{64})?"
)
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,252}")


class Model(BaseModel):
    """Base of every chapter: unknown keys are refused, types are exact, nothing changes after loading.

    Validators are built when the first value arrives, once for all chapters together. The docstrings of fields are read
    only where a schema for editors is written (`groundplan.model.descriptions`).
    """

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, defer_build=True)


def quantity(text: str) -> Decimal:
    """The number a Kubernetes quantity stands for: `250m` is 0.25, `1Gi` is 1073741824."""
    number = rules.quantity(text)
    if number is None:
        raise ValueError(f"`{text}` is not a quantity; write for example 250m, 2, 512Mi or 100Gi")
    return number


def seconds(text: str) -> float:
    """The seconds a duration such as `300ms`, `30s`, `5m`, `4h` or `7d` stands for."""
    found = rules.duration_seconds(text) if _DURATION.fullmatch(text) else None
    if found is None:
        raise ValueError(f"`{text}` is not a duration; write a whole number with ms, s, m, h or d, such as 30m")
    return int(found) if found == int(found) else float(found)


def whole_seconds(text: str) -> int:
    """`seconds` for fields Kubernetes counts in whole seconds."""
    return int(seconds(text))


def tag_of(image: str) -> str:
    """Tag of an image, or the first twelve digits of its digest."""
    name, _, digest = image.partition("@sha256:")
    return digest[:12] if digest else name.rpartition(":")[2]


def go_duration(text: str) -> str:
    """A duration as Go programs read it, which know no days: `7d` is `168h`."""
    return f"{whole_seconds(text) // 3600}h" if text.endswith("d") else text


def off_is_none(value: Any) -> Any:
    """In an overlay null means "as if it were not written", so a default is switched off by name."""
    return None if value == "off" else value


def _number_as_text(value: Any) -> Any:
    if isinstance(value, bool):
        return value
    return str(value) if isinstance(value, int | float) else value


def _held_to(rule: Callable[[str], rules.Reason], advice: str) -> AfterValidator:
    """Refuses what `rule` has a reason against; `advice` says what to write instead."""

    def check(text: str) -> str:
        if reason := rule(text):
            raise ValueError(f"`{text}` {reason}; {advice}")
        return text

    return AfterValidator(check)


def _check_quantity(text: str) -> str:
    if quantity(text) <= 0:
        raise ValueError(f"`{text}` is not more than zero; write a positive quantity such as 250m or 1Gi")
    return text


def _check_duration(text: str) -> str:
    seconds(text)
    return text


def _variable(text: str) -> rules.Reason:
    """Narrower than Kubernetes: shells and most languages cannot read a variable with a dot in its name."""
    return None if _VARIABLE.fullmatch(text) else "is not the name of an environment variable"


def _label(text: str) -> rules.Reason:
    return rules.label_value(text) if text else "is empty"


def _check_secret_reference(text: str) -> str:
    secret, slash, key = text.partition("/")
    if not slash or rules.dns_label(secret) or rules.config_key(key):
        # The value is not shown: what stands here may be the secret itself.
        raise ValueError("is not <secret>/<key>; name an entry of the secrets chapter and one of its keys")
    return text


def _check_cpu(text: str) -> str:
    if not re.fullmatch(r"[0-9.]+m?", text) or quantity(text) > 100_000:
        raise ValueError(f"`{text}` is not an amount of CPU; write cores such as 2, or thousandths such as 250m")
    if quantity(text) < Decimal("0.001"):
        raise ValueError(f"`{text}` is less than 1m of CPU; write 1m or more")
    return text


def _check_memory(text: str) -> str:
    if quantity(text) < 2**20:
        raise ValueError(f"`{text}` is less than a mebibyte of memory; write for example 512Mi or 2Gi")
    return text


def _check_target(text: str) -> str:
    if not _DURATION.fullmatch(text) and rules.not_quantity(text):
        raise ValueError(f"`{text}` is neither a quantity nor a duration; write for example 100, 500m or 300ms")
    return text


def _check_image(text: str) -> str:
    if not _IMAGE.fullmatch(text) or (":" not in text.rpartition("/")[2] and "@" not in text):
        raise ValueError(f"`{text}` is not a pinned image; write it as name:tag or name@sha256:<digest>")
    if text.endswith(":latest"):
        raise ValueError(f"`{text}` moves under your feet; write the version instead of latest")
    return text


def _cron(text: str) -> rules.Reason:
    """Narrower than Kubernetes: workflows and operators that run on the same schedules know no words and no `?`."""
    if text.startswith("@") or "?" in text:
        return "is not five fields of numbers, names, `*`, `-`, `,` and `/`"
    return rules.cron(text)


def _check_time_zone(text: str) -> str:
    if reason := rules.time_zone(text):
        near = difflib.get_close_matches(text, sorted(rules.time_zones()), 1)
        advice = f"did you mean `{near[0]}`?" if near else "write for example UTC or Asia/Seoul"
        raise ValueError(f"`{text}` {reason}; {advice}")
    return text


_BARE_NUMBER = BeforeValidator(_number_as_text, json_schema_input_type=str | int | float)
"""Numbers may be written without quotes."""

Name = Annotated[str, _held_to(rules.dns_label, "write it like web-api")]
"""A DNS-1123 label: what Kubernetes accepts as the name of nearly everything."""

ServiceName = Annotated[str, _held_to(rules.dns_label_1035, "write it like web-api")]
"""A DNS-1035 label: a `Name` that begins with a letter, as every Service must."""

VariableName = Annotated[str, _held_to(_variable, "use letters, digits and _, no digit first")]
"""The name of an environment variable."""

LabelValue = Annotated[str, _BARE_NUMBER, _held_to(_label, "write it like team-a")]
"""The value of a Kubernetes label, one character at least."""

SecretReference = Annotated[str, AfterValidator(_check_secret_reference)]
"""`<secret>/<key>`: an entry of the secrets chapter and one of its keys."""

_AS_STORED = AfterValidator(stored_quantity)
"""Rendered as the API server stores it, so that nothing seems to differ: `1000m` is `1`."""

Cpu = Annotated[str, _BARE_NUMBER, AfterValidator(_check_quantity), AfterValidator(_check_cpu), _AS_STORED]
"""An amount of CPU: cores (`2`) or thousandths (`250m`)."""

Memory = Annotated[str, _BARE_NUMBER, AfterValidator(_check_quantity), AfterValidator(_check_memory), _AS_STORED]
"""An amount of memory in bytes, a mebibyte at least: `512Mi`."""

Target = Annotated[str, _BARE_NUMBER, AfterValidator(_check_target)]
"""What a metric is compared with: a quantity (`100`) or a duration (`300ms`)."""

HostName = Annotated[str, _held_to(rules.host_name, "write it like api.example.com")]
"""A fully qualified DNS name in lower case; a leading `*.` is allowed."""

Quantity = Annotated[str, _BARE_NUMBER, AfterValidator(_check_quantity), _AS_STORED]
"""A Kubernetes quantity above zero: `250m`, `2`, `512Mi`."""

Duration = Annotated[str, AfterValidator(_check_duration)]
"""A duration with its unit: `300ms`, `30s`, `5m`, `4h`, `7d`."""

Port = Annotated[int, Field(ge=1, le=65535)]
"""A TCP port, 1 to 65535."""

Cidr = Annotated[str, _held_to(rules.cidr, "write it like 10.0.1.0/24")]
"""An IP network in CIDR notation with no host bits set."""

ImageReference = Annotated[str, AfterValidator(_check_image)]
"""A container image pinned by tag or digest, without a registry host unless it is not the environment's own."""

CronSchedule = Annotated[str, _held_to(_cron, "write it like 0 3 * * *")]
"""Five cron fields: minute, hour, day of month, month, day of week (0 to 6, or SUN to SAT)."""

TimeZone = Annotated[str, AfterValidator(_check_time_zone)]
"""A time zone of the IANA database: `UTC`, `Asia/Seoul`."""

Percent = Annotated[int, Field(ge=1, le=100)]
"""A whole percentage, 1 to 100."""
