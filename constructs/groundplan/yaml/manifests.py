"""Reads a generated manifest the way the cluster will: libyaml for speed, Go's idea of what a plain scalar is.

PyYAML follows YAML 1.1 and would read `1e3`, `08` and `0o17` as text where Go reads numbers. A gate that judged
those values as text would pass what the API server refuses, so the reader resolves them as Go does.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

import yaml


class ManifestYamlError(ValueError):
    """The text is not one plain YAML document; carries line and column, both 0 where unknown."""

    def __init__(self, message: str, line: int = 0, column: int = 0) -> None:
        super().__init__(message)
        self.line = line
        self.column = column


_STRING = "tag:yaml.org,2002:str"
_MAPPING = "tag:yaml.org,2002:map"
_SEQUENCE = "tag:yaml.org,2002:seq"


class _Resolver(yaml.resolver.Resolver):
    """Which type a plain scalar has: numbers as Go reads them, times as text."""

    yaml_implicit_resolvers = {  # PyYAML declares it so
        first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
        for first, resolvers in yaml.CSafeLoader.yaml_implicit_resolvers.items()
    }


class _Loader(yaml.CSafeLoader):
    """CSafeLoader that refuses duplicate keys and merge keys, and resolves plain scalars as `_Resolver` does.

    Half of PyYAML's time goes into looking for the constructor of each text, mapping and list, and into resolving
    the same words again in every file; here the three are built at once, and a word is resolved once.
    """

    def descend_resolver(self, current_node: Any, current_index: Any) -> None:
        """Types by path, which nothing here uses."""

    def ascend_resolver(self) -> None:
        """Types by path, which nothing here uses."""

    def resolve(self, kind: Any, value: Any, implicit: Any) -> str:
        if kind is yaml.ScalarNode:
            return _plain(value) if implicit[0] else _STRING
        return _MAPPING if kind is yaml.MappingNode else _SEQUENCE

    def construct_document(self, node: yaml.Node) -> Any:
        return self._value(node, {})

    def _value(self, node: Any, known: dict[yaml.Node, Any]) -> Any:
        """The value of `node`; what an alias leads to a second time is in `known`."""
        tag = node.tag
        if tag == _STRING and node.__class__ is yaml.ScalarNode:
            return node.value
        if tag == _MAPPING and node.__class__ is yaml.MappingNode:
            return known[node] if node in known else self._mapping(node, known)
        if tag == _SEQUENCE and node.__class__ is yaml.SequenceNode:
            if node not in known:
                items = known[node] = []
                items += [self._value(item, known) for item in node.value]
            return known[node]
        return self.construct_object(node, deep=True)

    def _mapping(self, node: yaml.MappingNode, known: dict[yaml.Node, Any]) -> dict[str, Any]:
        mapping = known[node] = dict[str, Any]()
        for key_node, value_node in node.value:
            key = self._value(key_node, known)
            if key.__class__ is not str:
                raise _error(f"key `{key}` is not a string", key_node)
            if key in mapping:
                raise _error(f"key `{key}` stands twice", key_node)
            mapping[key] = self._value(value_node, known)
        return mapping


_Resolver.add_implicit_resolver("tag:yaml.org,2002:int", re.compile(r"^[-+]?0[oO][0-7]+$"), list("-+0"))
_Resolver.add_implicit_resolver(
    "tag:yaml.org,2002:float",
    re.compile(r"^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$"),
    list("-+.0123456789"),
)


_RESOLVER = _Resolver()


@lru_cache(maxsize=65536)
def _plain(text: str) -> str:
    """The tag of a plain scalar."""
    tag: str = _RESOLVER.resolve(yaml.ScalarNode, text, (True, False))  # type: ignore[no-untyped-call]  # PyYAML has no types here
    return tag


def parse_documents(text: bytes | str) -> list[Any]:
    """Every document of `text`; an empty document is None.

    Raises:
        ManifestYamlError: where it is not YAML, or a mapping has a key twice, a key that is no string, or a merge key.
    """
    try:
        return list(yaml.load_all(text, Loader=_Loader))
    except RecursionError:
        raise ManifestYamlError("is not YAML that anybody reads: it is nested too deep") from None
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
