"""Evidence expressions: CEL, type-checked when the catalogue is read and compiled once.

[CEL](https://cel.dev) is the language of Kubernetes' own admission policies. Three variables are declared:

- `object`: one selected object; the expression must hold for each of them;
- `objects`: all selected objects, for statements about the set (`size(objects) == 2`);
- `text`: the content of a selected file.

Relations between objects are functions too, for `relations:` of an item: `reaches("web", "api")` asks the rendered tree as
the gates do; `relations/` lists them.

Beside CEL's standard functions there are the string functions (`split`, `join`, `lowerAscii` ...), optional access
(`object.spec.?replicas.orValue(1)`), `cel.bind`, and two of ours: `quantity("250m")`, the number a Kubernetes
quantity stands for, and `distinct(list)`, the list with every value once.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from cel_expr_python import cel
from cel_expr_python.ext import ext_bindings, ext_optional, ext_strings

from groundplan.model.values import quantity
from groundplan.requirements.relations import ARGUMENTS, RELATIONS
from groundplan.requirements.syntax import Reads, reads

VARIABLES = frozenset({"object", "objects", "text"})
"""What an expression can speak about."""


class ExpressionError(ValueError):
    """The text is not a CEL expression that yields true or false; the message says where and why."""


@dataclass(frozen=True, slots=True)
class Expression:
    """One compiled expression."""

    text: str
    """As written."""

    reads: Reads
    """What it looks at."""

    program: Any
    """The compiled form."""

    @property
    def subject(self) -> str:
        """The variable it is about: `object`, `objects` or `text`; empty where it looks at nothing."""
        return next((name for name in ("objects", "object", "text") if name in self.reads.variables), "")

    def failure(self, **variables: Any) -> str:
        """Why it does not hold: `is false`, or the evaluation's error; empty where it holds."""
        return self.failure_of(given(**variables))

    def failure_of(self, known: Any) -> str:
        """`failure` for what `given` made of the variables."""
        value = self.program.eval(known)
        plain = value.plain_value()
        if plain is True:
            return ""
        if value.type().name() == "ERROR":
            return f"cannot be answered: {_reason(str(plain))}"
        return "is false" if plain is False else f"is {plain!r}, not true or false"


def given(**variables: Any) -> Any:
    """Variables for any number of expressions; to hand an object over takes longer than most expressions about it."""
    return _environment().Activation(data=variables)


@cache
def compile_expression(text: str) -> Expression:
    """Parse and type-check `text`.

    Raises:
        ExpressionError: with the position in the expression.
    """
    try:
        program = _environment().compile(text)
    except RuntimeError as error:
        raise ExpressionError(_syntax(str(error))) from None
    result = program.return_type().name()
    if result not in ("BOOL", "DYN"):
        raise ExpressionError(f"yields {result.lower()}, not true or false")
    found = reads(program.serialize(), VARIABLES)
    return Expression(text, found, program)


def relations_in(text: str) -> frozenset[str]:
    """Relations that an expression asks for."""
    return frozenset(name for name in _CALLED.findall(text) if name in RELATIONS)


_CALLED = re.compile(r"\b([a-z_]+)\(")


@cache
def conjuncts(text: str) -> tuple[str, ...]:
    """The parts of `a && b && c`, so that a failure names the part; the whole where `||` or `?` binds them together."""
    parts, depth, start, quote = [], 0, 0, ""
    for found in _LANDMARK.finditer(text):
        mark = found[0]
        if quote:
            quote = "" if mark == quote else quote
        elif mark in "\"'":
            quote = mark
        elif mark in "([{":
            depth += 1
        elif mark in ")]}":
            depth -= 1
        elif depth == 0 and mark in ("||", "? "):
            return (text.strip(),)
        elif depth == 0 and mark == "&&":
            parts.append(text[start : found.start()].strip())
            start = found.end()
    return (*parts, text[start:].strip())


_LANDMARK = re.compile(r"\\.|[\"'(){}\[\]]|\|\||\? |&&", re.DOTALL)
"""Where an expression may change its depth or end a part; what a backslash stands before never does."""


@cache
def _environment() -> Any:
    types = cel.Type
    return cel.NewEnv(
        variables={"object": types.DYN, "objects": types.List(types.DYN), "text": types.STRING},
        extensions=[ext_strings.ExtStrings(), ext_optional.ExtOptional(), ext_bindings.ExtBindings()],
        functions=[
            cel.FunctionDecl(
                "quantity",
                [
                    cel.Overload(f"quantity_{kind.name()}", return_type=types.DOUBLE, parameters=[kind], impl=_quantity)
                    for kind in (types.STRING, types.INT, types.DOUBLE)
                ],
            ),
            *(
                cel.FunctionDecl(
                    name,
                    [
                        cel.Overload(
                            f"{name}_texts",
                            return_type=types.BOOL,
                            parameters=[types.STRING] * ARGUMENTS[name],
                            impl=function,
                        )
                    ],
                )
                for name, function in RELATIONS.items()
            ),
            cel.FunctionDecl(
                "distinct",
                [
                    cel.Overload(
                        "distinct_list",
                        return_type=types.List(types.DYN),
                        parameters=[types.List(types.DYN)],
                        impl=_distinct,
                    )
                ],
            ),
        ],
    )


def _quantity(value: str | int | float) -> float:
    return float(quantity(str(value)))


def _distinct(values: Sequence[Any]) -> list[Any]:
    result: list[Any] = []
    for value in values:
        if value not in result:
            result.append(value)
    return result


def _reason(error: str) -> str:
    """The evaluator's message without its status code: `there is no zz`."""
    _, _, message = error.partition(": ")
    missing, _, key = message.partition("Key not found in map : ")
    return f"there is no {key.strip().strip(chr(34))}" if key and not missing else (message or error).partition(";")[0]


def _syntax(error: str) -> str:
    """The compiler's first complaint: `column 15: Syntax error: ...`."""
    line = next((line for line in error.splitlines() if "ERROR: <input>:" in line), error)
    _, _, rest = line.partition("ERROR: <input>:")
    where, _, message = rest.partition(": ")
    column = where.partition(":")[2]
    return f"column {column}: {message.partition(' expecting')[0]}" if column else line
