"""JSON Schemas in which every field is described by the docstring below it.

pydantic can read these docstrings itself, but does so for every model at every start; nobody but an editor asks for them.
"""

from __future__ import annotations

import ast
import inspect
import sys
from functools import cache
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema


class DescribedJsonSchema(GenerateJsonSchema):
    """Writes the schema of a model with the descriptions of its fields."""

    def model_schema(self, schema: core_schema.ModelSchema) -> JsonSchemaValue:
        """One model; a description that is given in another way stays."""
        result = super().model_schema(schema)
        model: Any = schema["cls"]
        properties = result.get("properties", {})
        for name, text in field_docstrings(model).items():
            shown = properties.get(model.model_fields[name].alias or name)
            if shown is not None:
                shown.setdefault("description", text)
        return result


def field_docstrings(model: type[BaseModel]) -> dict[str, str]:
    """Field to the docstring below it, those of base classes included."""
    found: dict[str, str] = {}
    for base in reversed(model.__mro__):
        found |= _classes(base.__module__).get(base.__qualname__, {})
    return {name: text for name, text in found.items() if name in model.model_fields}


@cache
def _classes(module: str) -> dict[str, dict[str, str]]:
    """Each class of a module to the docstrings of its annotated attributes."""
    if module == "builtins":
        return {}
    tree = ast.parse(inspect.getsource(sys.modules[module]))
    return {
        node.name: {
            field.target.id: inspect.cleandoc(text.value.value)
            for field, text in zip(node.body, node.body[1:], strict=False)
            if isinstance(field, ast.AnnAssign)
            and isinstance(field.target, ast.Name)
            and isinstance(text, ast.Expr)
            and isinstance(text.value, ast.Constant)
            and isinstance(text.value.value, str)
        }
        for node in tree.body
        if isinstance(node, ast.ClassDef)
    }
