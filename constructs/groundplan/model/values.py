"""The kinds of value an environment file holds, each with its own check and message."""

from __future__ import annotations

import ipaddress
import re
from decimal import Decimal
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

DNS_LABEL = re.compile(r"^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$")
HOST_NAME = re.compile(r"^(\*\.)?([a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?\.)+[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$")
_QUANTITY = re.compile(r"^([0-9]+(?:\.[0-9]+)?)(m|k|M|G|T|P|Ki|Mi|Gi|Ti|Pi)?$")
_DURATION = re.compile(r"^([0-9]+)(ms|s|m|h|d)$")
_IMAGE = re.compile(
    r"^(?:[a-z0-9.-]+:[0-9]+/)?[a-z0-9]+(?:[._/-]+[a-z0-9]+)*(?::[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?(?:@sha256:[0-9a-f]{64})?$"
)
_QUANTITY_FACTORS = {
    "": Decimal(1), "m": Decimal("0.001"), "k": Decimal(10**3), "M": Decimal(10**6), "G": Decimal(10**9),
    "T": Decimal(10**12), "P": Decimal(10**15), "Ki": Decimal(2**10), "Mi": Decimal(2**20), "Gi": Decimal(2**30),
    "Ti": Decimal(2**40), "Pi": Decimal(2**50),
}  # fmt: skip
_VARIABLE = re.compile(r"^[A-Za-z_][A-Za-z0-9_]{0,252}$")
_LABEL_VALUE = re.compile(r"^[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$")
_SECRET_REFERENCE = re.compile(r"^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?/[-._a-zA-Z0-9]{1,253}$")
_DURATION_SECONDS = {"ms": 0.001, "s": 1, "m": 60, "h": 3600, "d": 86400}


class Model(BaseModel):
    """Base of every chapter: unknown keys are refused, types are exact, nothing changes after loading."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, use_attribute_docstrings=True)


def quantity(text: str) -> Decimal:
    """The number a Kubernetes quantity stands for: `250m` is 0.25, `1Gi` is 1073741824."""
    match = _QUANTITY.match(text)
    if match is None:
        raise ValueError(f"`{text}` is not a quantity; write for example 250m, 2, 512Mi or 100Gi")
    return Decimal(match[1]) * _QUANTITY_FACTORS[match[2] or ""]


def seconds(text: str) -> float:
    """The seconds a duration such as `300ms`, `30s`, `5m`, `4h` or `7d` stands for."""
    match = _DURATION.match(text)
    if match is None:
        raise ValueError(f"`{text}` is not a duration; write a whole number with ms, s, m, h or d, such as 30m")
    return int(match[1]) * _DURATION_SECONDS[match[2]]


def whole_seconds(text: str) -> int:
    """`seconds` for fields Kubernetes counts in whole seconds."""
    return int(seconds(text))


def off_is_none(value: Any) -> Any:
    """In an overlay null means "as if it were not written", so a default is switched off by name."""
    return None if value == "off" else value


def _number_as_text(value: Any) -> Any:
    if isinstance(value, bool):
        return value
    return str(value) if isinstance(value, int | float) else value


def _check_quantity(text: str) -> str:
    if quantity(text) <= 0:
        raise ValueError(f"`{text}` is not more than zero; write a positive quantity such as 250m or 1Gi")
    return text


def _check_duration(text: str) -> str:
    seconds(text)
    return text


def _check_name(text: str) -> str:
    if not DNS_LABEL.match(text):
        raise ValueError(
            f"`{text}` is not a valid name; use lower-case letters, digits and -, at most 63, a letter or digit at both ends"
        )
    return text


def _check_service_name(text: str) -> str:
    _check_name(text)
    if text[0].isdigit():
        raise ValueError(f"`{text}` begins with a digit, which no Service may; begin it with a letter")
    return text


def _check_variable(text: str) -> str:
    if not _VARIABLE.match(text):
        raise ValueError(
            f"`{text}` is not the name of an environment variable; use letters, digits and _, no digit first"
        )
    return text


def _check_label_value(text: str) -> str:
    if not _LABEL_VALUE.match(text):
        raise ValueError(
            f"`{text}` is not a label value; use letters, digits, - _ and ., at most 63, a letter or digit at both ends"
        )
    return text


def _check_secret_reference(text: str) -> str:
    if not _SECRET_REFERENCE.match(text):  # not shown: what stands here may be the secret itself
        raise ValueError("is not <secret>/<key>; name an entry of the secrets chapter and one of its keys")
    return text


def _check_cpu(text: str) -> str:
    if not re.match(r"^[0-9.]+m?$", text) or quantity(text) > 100_000:
        raise ValueError(f"`{text}` is not an amount of CPU; write cores such as 2, or thousandths such as 250m")
    if quantity(text) < Decimal("0.001"):
        raise ValueError(f"`{text}` is less than 1m of CPU; write 1m or more")
    return text


def _check_memory(text: str) -> str:
    if quantity(text) < 2**20:
        raise ValueError(f"`{text}` is less than a mebibyte of memory; write for example 512Mi or 2Gi")
    return text


def _check_target(text: str) -> str:
    if not _DURATION.match(text) and not _QUANTITY.match(text):
        raise ValueError(f"`{text}` is neither a quantity nor a duration; write for example 100, 500m or 300ms")
    return text


def _check_host(text: str) -> str:
    if len(text) > 253 or not HOST_NAME.match(text):
        raise ValueError(f"`{text}` is not a host name; write it like api.example.com")
    return text


def _check_cidr(text: str) -> str:
    try:
        ipaddress.ip_network(text)
    except ValueError as error:
        raise ValueError(f"`{text}` is not a CIDR block ({error}); write it like 10.0.1.0/24") from None
    return text


def _check_image(text: str) -> str:
    if not _IMAGE.match(text) or (":" not in text.rpartition("/")[2] and "@" not in text):
        raise ValueError(f"`{text}` is not a pinned image; write it as name:tag or name@sha256:<digest>")
    if text.endswith(":latest"):
        raise ValueError(f"`{text}` moves under your feet; write the version instead of latest")
    return text


def _check_cron(text: str) -> str:
    ranges = ((0, 59), (0, 23), (1, 31), (1, 12), (0, 7))
    fields = text.split()
    good = len(fields) == 5 and all(
        all(_cron_part(part, low, high) for part in field.split(","))
        for field, (low, high) in zip(fields, ranges, strict=True)
    )
    if not good:
        raise ValueError(f"`{text}` is not a five-field cron schedule; write it like 0 3 * * *")
    return text


def _cron_part(part: str, low: int, high: int) -> bool:
    match = re.match(r"^(?:\*|(\d+)(?:-(\d+))?)(?:/([1-9]\d*))?$", part)
    if match is None:
        return False
    bounds = [int(bound) for bound in match.groups()[:2] if bound is not None]
    return all(low <= bound <= high for bound in bounds) and bounds == sorted(bounds)


_BARE_NUMBER = BeforeValidator(_number_as_text, json_schema_input_type=str | int | float)
"""Numbers may be written without quotes."""

Name = Annotated[str, AfterValidator(_check_name)]
"""A DNS-1123 label: what Kubernetes accepts as the name of nearly everything."""

ServiceName = Annotated[str, AfterValidator(_check_service_name)]
"""A DNS-1035 label: a `Name` that begins with a letter, as every Service must."""

VariableName = Annotated[str, AfterValidator(_check_variable)]
"""The name of an environment variable."""

LabelValue = Annotated[str, _BARE_NUMBER, AfterValidator(_check_label_value)]
"""The value of a Kubernetes label, one character at least."""

SecretReference = Annotated[str, AfterValidator(_check_secret_reference)]
"""`<secret>/<key>`: an entry of the secrets chapter and one of its keys."""

Cpu = Annotated[str, _BARE_NUMBER, AfterValidator(_check_quantity), AfterValidator(_check_cpu)]
"""An amount of CPU: cores (`2`) or thousandths (`250m`)."""

Memory = Annotated[str, _BARE_NUMBER, AfterValidator(_check_quantity), AfterValidator(_check_memory)]
"""An amount of memory in bytes, a mebibyte at least: `512Mi`."""

Target = Annotated[str, _BARE_NUMBER, AfterValidator(_check_target)]
"""What a metric is compared with: a quantity (`100`) or a duration (`300ms`)."""

HostName = Annotated[str, AfterValidator(_check_host)]
"""A fully qualified DNS name in lower case; a leading `*.` is allowed."""

Quantity = Annotated[str, _BARE_NUMBER, AfterValidator(_check_quantity)]
"""A Kubernetes quantity above zero: `250m`, `2`, `512Mi`."""

Duration = Annotated[str, AfterValidator(_check_duration)]
"""A duration with its unit: `300ms`, `30s`, `5m`, `4h`, `7d`."""

Port = Annotated[int, Field(ge=1, le=65535)]
"""A TCP port, 1 to 65535."""

Cidr = Annotated[str, AfterValidator(_check_cidr)]
"""An IP network in CIDR notation with no host bits set."""

ImageReference = Annotated[str, AfterValidator(_check_image)]
"""A container image pinned by tag or digest, without a registry host unless it is not the environment's own."""

CronSchedule = Annotated[str, AfterValidator(_check_cron)]
"""Five cron fields: minute, hour, day of month, month, day of week."""

Percent = Annotated[int, Field(ge=1, le=100)]
"""A whole percentage, 1 to 100."""
