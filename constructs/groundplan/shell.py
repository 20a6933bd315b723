"""Shell scripts of jobs: valid `sh` as they lie beside their modules, with `@NAME@` where a job's own values go."""

from __future__ import annotations

import re
from importlib.resources import files

_VALUE = re.compile(r"^[A-Za-z0-9._/-]*$")
_PLACEHOLDER = re.compile(r"@([A-Z]+)@")


def script(package: str, name: str, **values: str) -> str:
    """The script `<name>.sh` that lies in `package`, with its values filled in.

    Raises:
        ValueError: for a value with characters the shell would read as something else, or a placeholder without value.
    """
    for key, value in values.items():
        if not _VALUE.match(value):
            raise ValueError(f"{key} `{value}` is not safe in a shell script")
    text = files(package).joinpath(f"{name}.sh").read_text("utf-8")

    def fill(match: re.Match[str]) -> str:
        if match[1].lower() not in values:
            raise ValueError(f"{name}.sh asks for {match[1]}, which has no value")
        return values[match[1].lower()]

    return _PLACEHOLDER.sub(fill, text)
