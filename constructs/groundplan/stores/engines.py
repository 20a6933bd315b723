"""Who runs a store: exactly one engine, with its own settings below its name."""

from __future__ import annotations

from typing import Self

from pydantic import model_validator

from groundplan.model.values import Model


class Engines(Model):
    """The engines that a kind of store may have, one field each; the one that is written runs it.

    A setting stands below the engine it is for, so none can be written that has no effect.
    """

    @model_validator(mode="after")
    def _exactly_one(self) -> Self:
        chosen = self._written()
        if not chosen:
            known = ", ".join(sorted(field.alias or name for name, field in type(self).model_fields.items()))
            raise ValueError(f"names nobody who runs it; write one of {known}, with its settings below it")
        if len(chosen) > 1:
            first, second, *_ = chosen
            raise ValueError(f"names {first} and {second}; keep one, in an overlay with `{first}: null`")
        return self

    def _written(self) -> dict[str, Model]:
        settings = {field.alias or name: getattr(self, name) for name, field in type(self).model_fields.items()}
        return {name: value for name, value in settings.items() if value is not None}

    @property
    def name(self) -> str:
        """The engine, as it is written."""
        return next(iter(self._written()))

    @property
    def settings(self) -> Model:
        """Settings of the engine."""
        return next(iter(self._written().values()))
