"""What a schema violation means, in words a person can act on."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from typing import Any

import jsonschema_rs

from groundplan.checks.core_schemas import NOT_STORED, STORED_QUANTITY
from groundplan.schemas.notation import COMPARED_WHOLE
from groundplan.yaml.marked import YamlPath

Problem = tuple[YamlPath, str, str]
"""Field, what is wrong, what to write instead."""

_WORDS = {
    "string": "text",
    "integer": "a whole number",
    "object": "a mapping",
    "array": "a list",
    "boolean": "true or false",
}

_FORMATS = {"byte": "base64", "ipv4": "an IPv4 address", "ipv6": "an IPv6 address"}


ADVICE = {
    "x-kubernetes-validations": "write it so that it holds",
    "x-kubernetes-list-map-keys": "keep one of them",
    COMPARED_WHOLE: "write what is filled in",
    NOT_STORED: "leave it out",
    STORED_QUANTITY: "write it so",
}
"""What to do about a keyword of the API server's or of ours."""


def explain(
    error: jsonschema_rs.ValidationError, definitions: Mapping[str, Any], schema: Mapping[str, Any] | None = None
) -> Iterator[Problem]:
    """One problem for each thing wrong; unknown fields are named one by one.

    Args:
        error: what the validator says.
        definitions: Kubernetes' own, which schemas refer to.
        schema: what the object was held to. Default one of those definitions.
    """
    path: YamlPath = tuple(error.instance_path)
    kind, value = error.kind, _shown(error.instance)
    match kind.name:
        case "additionalProperties":
            names = _known_fields(error, definitions, schema or {})
            for name in kind.as_dict()["unexpected"]:
                near = difflib.get_close_matches(name, names, 1)
                yield (*path, name), "is not a field here", f"did you mean `{near[0]}`?" if near else "remove it"
        case "type":
            types = [name for name in _types(kind) if name != "null"]
            wanted = " or ".join(_WORDS.get(name, name) for name in types)
            yield path, f"{value} is not {wanted}", f"write {wanted}"
        case "required":
            name = str(kind.as_dict()["property"]).strip('"')
            yield path, f"has no `{name}`", f"write `{name}:` here"
        case "enum":
            options = [str(option) for option in kind.as_dict()["options"] if option is not None]
            near = difflib.get_close_matches(str(error.instance), options, 1)
            advice = f"did you mean `{near[0]}`?" if near else f"write {_either(options)}"
            yield path, f"{value} is not known here", advice
        case "minimum" | "maximum":
            limit, low = kind.as_dict()["limit"], kind.name == "minimum"
            less, more = ("less", "more") if low else ("more", "less")
            yield path, f"{value} is {less} than {limit}", f"write {limit} or {more}"
        case "exclusiveMinimum" | "exclusiveMaximum":
            limit, side = kind.as_dict()["limit"], "more" if kind.name == "exclusiveMinimum" else "less"
            yield path, f"{value} is not {side} than {limit}", f"write {side} than {limit}"
        case "pattern":
            yield path, f"{value} does not match {kind.as_dict()['pattern']}", "write it in that form"
        case "format":
            name = str(kind.as_dict()["format"])
            yield path, f"{value} is not {_FORMATS.get(name, f'a {name}')}", "write it in that form"
        case name if name in ADVICE:
            yield path, str(kind.as_dict()["message"]), ADVICE[name]
        case _:
            text = error.message.splitlines()[0]
            yield path, text if len(text) < 200 else f"does not satisfy `{kind.name}` of its schema", ""


def _types(kind: Any) -> list[str]:
    types = kind.as_dict()["types"]
    return [types] if isinstance(types, str) else list(types)


def _shown(value: Any) -> str:
    if isinstance(value, Mapping):
        return "a mapping"
    if isinstance(value, list):
        return "a list"
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return f"`{text if len(text) <= 60 else text[:57] + '...'}`"


def _either(options: list[str]) -> str:
    shown = [f"`{option}`" for option in options]
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} or {shown[-1]}"


def _known_fields(
    error: jsonschema_rs.ValidationError, definitions: Mapping[str, Any], schema: Mapping[str, Any]
) -> list[str]:
    """Field names at the place in the schema that the object was held to, where the error says which that is."""
    place: Any = schema
    steps: list[Any] = list(error.schema_path)
    if location := str(error.absolute_keyword_location or ""):
        place = definitions
        steps = [step.replace("~1", "/").replace("~0", "~") for step in location.partition("#/$defs/")[2].split("/")]
    for step in steps[:-1]:
        if isinstance(place, list):
            place = place[int(step)]
        elif isinstance(place, Mapping) and step in place:
            place = place[step]
        else:
            return []
    return list(place.get("properties", ())) if isinstance(place, Mapping) else []
