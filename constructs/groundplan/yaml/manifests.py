"""Reads a generated manifest the way the cluster will: libyaml for speed, Go's idea of what a plain scalar is.

PyYAML follows YAML 1.1 and would read `1e3`, `08` and `0o17` as text where Go reads numbers. A gate that judged
those values as text would pass what the API server refuses, so the reader resolves them as Go does.
"""

from __future__ import annotations

import re
from typing import Any

import yaml


class ManifestYamlError(ValueError):
    """The text is not one plain YAML document; carries line and column, both 0 where unknown."""

    def __init__(self, message: str, line: int = 0, column: int = 0) -> None:
        super().__init__(message)
        self.line = line
        self.column = column


class _Loader(yaml.CSafeLoader):
    """CSafeLoader that refuses duplicate keys and merge keys, and reads numbers as Go does and times as text."""

    yaml_implicit_resolvers = {  # PyYAML declares it so
        first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
        for first, resolvers in yaml.CSafeLoader.yaml_implicit_resolvers.items()
    }

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        mapping: dict[Any, Any] = {}
        for key_node, value_node in node.value:
            key = self.construct_object(key_node, deep=deep)
            if key.__class__ is not str:
                raise _error(f"key `{key}` is not a string", key_node)
            if key in mapping:
                raise _error(f"key `{key}` stands twice", key_node)
            mapping[key] = self.construct_object(value_node, deep=deep)
        return mapping


_Loader.add_implicit_resolver("tag:yaml.org,2002:int", re.compile(r"^[-+]?0[oO][0-7]+$"), list("-+0"))
_Loader.add_implicit_resolver(
    "tag:yaml.org,2002:float",
    re.compile(r"^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$"),
    list("-+.0123456789"),
)


def parse_documents(text: bytes | str) -> list[Any]:
    """Every document of `text`; an empty document is None.

    Raises:
        ManifestYamlError: where it is not YAML, or a mapping has a key twice, a key that is no string, or a merge key.
    """
    try:
        return list(yaml.load_all(text, Loader=_Loader))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        reason = getattr(error, "problem", None) or getattr(error, "reason", None) or "cannot be parsed"
        line, column = (mark.line + 1, mark.column + 1) if mark is not None else (0, 0)
        raise ManifestYamlError(f"is not YAML: {reason}", line, column) from None


def _integer(loader: Any, node: Any) -> int:
    text = node.value.lower()
    if "0o" in text:
        return int(text.replace("0o", ""), 8)
    value: int = yaml.constructor.SafeConstructor.construct_yaml_int(loader, node)
    return value


def _error(message: str, node: yaml.Node) -> ManifestYamlError:
    mark = node.start_mark
    return (
        ManifestYamlError(message, mark.line + 1, mark.column + 1) if mark is not None else ManifestYamlError(message)
    )


_Loader.add_constructor("tag:yaml.org,2002:int", _integer)
