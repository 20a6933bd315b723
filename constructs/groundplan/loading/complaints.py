"""What pydantic says about a file, said to a person: where it stands, what is wrong, what to write instead."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from typing import Any, get_args

from pydantic import BaseModel

from groundplan.errors import Finding
from groundplan.model.environment import Environment
from groundplan.rules.credentials import is_credential
from groundplan.yaml.marked import MarkedYaml, YamlPath, dotted, locate


def validation_finding(
    problem: Mapping[str, Any], marked: MarkedYaml, shown: str, model: type[BaseModel] = Environment
) -> Finding:
    """One of pydantic's complaints about `marked` as a finding, at the line of the value; `model` knows the keys."""
    path = _yaml_path(problem["loc"], marked.data, absent=problem["type"] == "missing")
    message, advice = _explain(problem, path, marked.data, model)
    return Finding(locate(marked.marks, path, shown), problem["type"].replace("_", "-"), dotted(path), message, advice)


def validation_findings(
    problems: Iterable[Mapping[str, Any]], marked: MarkedYaml, shown: str, model: type[BaseModel] = Environment
) -> list[Finding]:
    """Every complaint, those about an entry that `shown` alone has together in one."""
    findings: dict[Any, Finding] = {}
    lonely: dict[YamlPath, list[str]] = {}
    for number, problem in enumerate(problems):
        finding = validation_finding(problem, marked, shown, model)
        path = _yaml_path(problem["loc"], marked.data, absent=problem["type"] == "missing")
        entry = _entry_of(path, marked, shown) if problem["type"] == "missing" else None
        if entry is None:
            findings[number] = finding
            continue
        lonely.setdefault(entry, []).append(dotted(path[len(entry) :]))
        findings[entry] = _lonely(entry, lonely[entry], marked, shown)
    return list(findings.values())


def _entry_of(path: YamlPath, marked: MarkedYaml, shown: str) -> YamlPath | None:
    """The entry around `path` that stands in `shown` alone, among others that do not; None where there is none."""
    entry = next((path[:length] for length in range(2, len(path)) if _file(marked, path[:length]) == shown), None)
    if entry is None:
        return None
    beside = [other for other in marked.marks if len(other) == len(entry) and other[:-1] == entry[:-1]]
    return entry if any(_file(marked, other) != shown for other in beside) else None


def _file(marked: MarkedYaml, path: YamlPath) -> str:
    at = marked.marks.get(path)
    return at.file if at is not None else ""


def _lonely(entry: YamlPath, missing: list[str], marked: MarkedYaml, shown: str) -> Finding:
    elsewhere = sorted(
        str(other[-1])
        for other in marked.marks
        if len(other) == len(entry) and other[:-1] == entry[:-1] and _file(marked, other) != shown
    )
    near = difflib.get_close_matches(str(entry[-1]), elsewhere, 1)
    message = f"is in this file alone, without {', '.join(f'`{name}:`' for name in missing)}"
    meant = f"`{near[0]}` is near" if near else f"there are {', '.join(elsewhere)}"
    advice = f"write that, or take the entry out if it was renamed or removed elsewhere, where {meant}"
    return Finding(locate(marked.marks, entry, shown), "missing", dotted(entry), message, advice)


def _yaml_path(loc: tuple[str | int, ...], data: Any, *, absent: bool) -> YamlPath:
    """pydantic's location without the steps that are in the model but not in the file (union members, key markers).

    Where the complaint is that a key is `absent`, the last step is that key.
    """
    path: list[str | int] = []
    here = data
    for index, step in enumerate(loc):
        last = index == len(loc) - 1
        if isinstance(here, Mapping) and (step in here or (last and absent)):
            here = here.get(step)
        elif isinstance(here, list) and isinstance(step, int) and step < len(here):
            here = here[step]
        else:
            continue
        path.append(step)
    return tuple(path)


_PATTERN_ADVICE = {
    r"^/": ("does not begin with /", "write it like /health"),
    r"^$|^[^@\s]+@[^@\s]+$": ("is not an e-mail address", "write it like team@example.com"),
    r"^[0-9]{12}$": ("is not an account", "write its 12 digits in quotes"),
    r"^[a-z0-9][a-z0-9._:-]*/([a-z0-9._/-]+/)?$": (
        "is not a registry or a folder of one",
        "write it like ghcr.io/acme/",
    ),
    r"^$|^[a-z0-9.-]+:[0-9]+$": ("is not a server", "write it like mail.example.com:587"),
    r"^https://": ("is not an address", "begin it with https://"),
    r"^v?[0-9]+\.[0-9]+\.[0-9]+([-+][0-9A-Za-z.+-]+)?$": ("is not an exact version", "write it like 1.2.3"),
    r"^(https://|[a-z0-9.-]+(:[0-9]+)?/)": ("is no chart repository", "write https://..., or host/path of a registry"),
    r"^([a-z0-9.-]+/)?[A-Z][A-Za-z0-9]*$": ("is not a kind", "write it like ConfigMap or apps/Deployment"),
    r"^[\w.-]+/[\w.-]+$": ("is not a repository", "write it like acme/services"),
    r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$": (
        "is not a UUID",
        "write it like 00000000-0000-0000-0000-000000000000",
    ),
    r"^[a-z][a-z0-9-]*/[a-z][a-z0-9-]*$": ("does not name an environment", "write it like management/main"),
    r"^(https://|ssh://|git@)": ("is not a clone URL", "begin it with https://, ssh:// or git@"),
}
"""What to say where a field has only a pattern; any other pattern is shown as it is."""

_TYPES = {
    "dict_type": "a mapping", "model_type": "a mapping", "model_attributes_type": "a mapping", "list_type": "a list",
    "string_type": "text", "int_type": "a whole number", "float_type": "a number", "bool_type": "true or false",
}  # fmt: skip


def _explain(problem: Mapping[str, Any], path: YamlPath, data: Any, model: type[BaseModel]) -> tuple[str, str]:
    """What is wrong and what to write instead; a value that may be a credential is never repeated."""
    message, advice = _explanation(problem, path, data, model)
    value = problem.get("input")
    if isinstance(value, str) and is_credential(value):
        return message.replace(value, "…"), advice.replace(value, "…")
    return message, advice


def _explanation(problem: Mapping[str, Any], path: YamlPath, data: Any, model: type[BaseModel]) -> tuple[str, str]:
    kind, value, context = problem["type"], problem.get("input"), problem.get("ctx", {})
    if kind == "extra_forbidden":
        return "is not a key here", _nearest(str(path[-1]), _field_names(model, path[:-1], data))
    if kind == "missing":
        return "is missing", f"write `{path[-1]}:` here"
    if kind == "value_error":
        message, _, advice = str(context["error"]).partition("; ")
        return message, advice
    if kind in ("greater_than_equal", "less_than_equal", "greater_than", "less_than"):
        return _out_of_bounds(value, context)
    if kind == "literal_error":
        known = [word.strip("' ") for word in context["expected"].replace(" or ", ",").split(",")]
        if not isinstance(value, str) and str(value) in known:
            return f"{_shown(value)} is a number here", f'write it in quotes, "{value}"'
        return f"{_shown(value)} is not known here", _nearest(str(value), known)
    if kind in ("too_short", "string_too_short"):
        return "is empty", f"write at least {context['min_length']}"
    if kind == "string_pattern_mismatch":
        message, advice = _PATTERN_ADVICE.get(
            context["pattern"], (f"does not match {context['pattern']}", "write it in that form")
        )
        return f"{_shown(value)} {message}", advice
    if kind == "union_tag_not_found":
        return "has no `type`", "write `type:` first"
    if kind == "union_tag_invalid":
        known = [word.strip("' ") for word in context["expected_tags"].split(",")]
        return f"`type: {context['tag']}` is not known", _nearest(context["tag"], known)
    if kind.endswith("_type") or kind == "int_from_float":
        wanted = _TYPES.get(kind, "a whole number" if kind.startswith("int") else "the right type")
        if isinstance(value, str) and re.fullmatch(r"[0-9.]+|true|false", value):
            return f"the text {_shown(value)} is not {wanted}", "remove the quotes"
        if kind == "string_type" and isinstance(value, int | float | bool):
            return f"{_shown(value)} is not {wanted}", "write it in quotes, or with its unit, such as 500ms or 10Gi"
        return f"{_shown(value)} is not {wanted}", f"write {wanted}"
    return f"{_shown(value)}: {problem['msg'][0].lower()}{problem['msg'][1:]}", ""


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    if isinstance(value, str | int | float):
        return f"`{value}`"
    return "a mapping" if isinstance(value, Mapping) else "a list" if isinstance(value, list) else "nothing"


def _nearest(word: str, known: Iterable[str]) -> str:
    names = sorted(known)
    near = difflib.get_close_matches(word, names, 1)
    return f"did you mean `{near[0]}`?" if near else f"write one of {', '.join(names)}"


def _out_of_bounds(value: Any, context: Mapping[str, Any]) -> tuple[str, str]:
    (name, limit), *_ = context.items()
    bound = f"{limit:g}"
    return {
        "ge": (f"{value} is less than {bound}", f"write {bound} or more"),
        "gt": (f"{value} is not more than {bound}", f"write more than {bound}"),
        "le": (f"{value} is more than {bound}", f"write {bound} or less"),
        "lt": (f"{value} is not less than {bound}", f"write less than {bound}"),
    }[name]


def _field_names(model: Any, path: YamlPath, data: Any) -> list[str]:
    """The keys that are allowed at `path`."""
    if isinstance(model, type) and issubclass(model, BaseModel):
        if not path:
            return [field.alias or name for name, field in model.model_fields.items()]
        by_key = {field.alias or name: field for name, field in model.model_fields.items()}
        step = str(path[0])
        if step not in by_key:
            return []
        return _field_names(by_key[step].annotation, path[1:], data.get(step) if isinstance(data, Mapping) else None)
    arguments = [argument for argument in get_args(model) if argument is not type(None)]
    origin = getattr(model, "__origin__", None)
    if origin is dict:
        return (
            _field_names(arguments[1], path[1:], data.get(path[0]) if path and isinstance(data, Mapping) else None)
            if path
            else []
        )
    if origin is list:
        return (
            _field_names(arguments[0], path[1:], data[int(path[0])] if path and isinstance(data, list) else None)
            if path
            else []
        )
    names: list[str] = []
    for argument in arguments:
        if _is_other_union_member(argument, data):
            continue
        names += _field_names(argument, path, data)
    return names


def _is_other_union_member(candidate: Any, data: Any) -> bool:
    field = getattr(candidate, "model_fields", {}).get("type")
    tags = get_args(field.annotation) if field is not None else ()
    return bool(tags) and isinstance(data, Mapping) and data.get("type") not in tags
