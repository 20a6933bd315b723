"""YAML as text: bytes that PyYAML, Go and Kubernetes read back as the same values.

PyYAML writes for YAML 1.1; Go's reader follows 1.2 in places. Strings such as `1e3`, `08` or `0o17` come out plain
and become numbers in the cluster. The two resolvers below make PyYAML quote them; the refusals cover what no quoting
cures.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import yaml

from groundplan.errors import Finding, Location, ManifestError

MAX_EXACT_INTEGER = 2**53
"""Integers above this are rounded by every JSON reader that uses doubles, the API server's clients among them."""

_UNREADABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff\ufffe\uffff]")


class _Dumper(yaml.CSafeDumper):
    def ignore_aliases(self, data: Any) -> bool:
        """Write every value out: an anchor in a reviewed file is a riddle."""
        return True


_Dumper.add_implicit_resolver(
    "tag:yaml.org,2002:float",
    re.compile(r"^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$"),
    list("-+.0123456789"),
)
_Dumper.add_implicit_resolver("tag:yaml.org,2002:int", re.compile(r"^[-+]?0[oOxXbB][0-9a-fA-F_]+$"), list("-+0"))
_Dumper.add_implicit_resolver("tag:yaml.org,2002:null", re.compile(r"^(~|null|Null|NULL|)$"), ["~", "n", "N", ""])
_Dumper.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"^[yYnN]$"), list("yYnN"))


def _represent_text(dumper: yaml.CSafeDumper, text: str) -> yaml.ScalarNode:
    """Scripts, queries and dashboards are read by people: several lines become a literal block."""
    style = "|" if "\n" in text and not re.search(r"[ \t]\n|^\s|\t", text) else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _represent_text)


def to_yaml(document: Mapping[str, Any], header: str = "") -> str:
    """The canonical text of one document, keys in the order given.

    Args:
        document: a mapping of JSON values; `unwritable` says what it must not hold.
        header: comment lines above it, each already starting with `#` and ending in a newline.
    """
    return header + yaml.dump(
        document, Dumper=_Dumper, sort_keys=False, default_flow_style=False, width=10**6, allow_unicode=True
    )


def unwritable(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Yield (field, reason) for every value that would be lost or changed between here and the cluster."""
    if isinstance(value, Mapping):
        for key, item in value.items():
            if not isinstance(key, str):
                yield path, f"key {key!r} is not a string"
            else:
                if _UNREADABLE.search(key):
                    yield path, f"key {key!r} holds a control character"
                yield from unwritable(item, f"{path}.{key}" if path else key)
    elif isinstance(value, list | tuple):
        for index, item in enumerate(value):
            yield from unwritable(item, f"{path}[{index}]")
    elif value is None:
        yield path, "null is dropped on the way to the cluster"
    elif isinstance(value, str):
        if _UNREADABLE.search(value):
            yield path, "holds a control character that YAML readers disagree on"
    elif isinstance(value, bool):
        return
    elif isinstance(value, int):
        if abs(value) > MAX_EXACT_INTEGER:
            yield path, f"{value} is above 2^53 and would be rounded"
    elif isinstance(value, float):
        if value != value or value in (float("inf"), float("-inf")):
            yield path, f"{value} is not a JSON number"
    else:
        yield path, f"a {type(value).__name__} is not a JSON value"


def refuse_unwritable(document: Mapping[str, Any], where: str, subject: str) -> None:
    """Raise ManifestError where `document` holds a value that cannot be written faithfully."""
    findings = [
        Finding(Location(where), "yaml.unwritable", f"{subject}: {field}", reason, "write a plain JSON value")
        for field, reason in unwritable(document)
    ]
    if findings:
        raise ManifestError(findings)
