"""What is stored otherwise than it is rendered: a difference there is one for ever, since Argo CD compares text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from groundplan.yaml.marked import YamlPath


def differences(rendered: Any, stored: Any, path: YamlPath = ()) -> Iterator[tuple[YamlPath, str]]:
    """Each field of `rendered` that `stored` has otherwise, and how; what the server adds beside it is no difference."""
    if isinstance(rendered, Mapping):
        found = stored if isinstance(stored, Mapping) else {}
        for key, value in rendered.items():
            if key in found:
                yield from differences(value, found[key], (*path, key))
            else:
                yield (*path, key), f"`{_short(value)}` is not stored"
    elif isinstance(rendered, list) and isinstance(stored, list) and len(rendered) == len(stored):
        for index, (mine, theirs) in enumerate(zip(rendered, stored, strict=True)):
            yield from differences(mine, theirs, (*path, index))
    elif rendered != stored or isinstance(rendered, bool) != isinstance(stored, bool):
        yield path, f"`{_short(rendered)}` is stored as `{_short(stored)}`"


def _short(value: Any) -> str:
    text = str(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
