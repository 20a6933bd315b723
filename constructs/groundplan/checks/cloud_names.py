"""What a rented resource is called by its cloud, which may be another name than its object's."""

from __future__ import annotations

from functools import cache

from groundplan.checks.effects import effects
from groundplan.checks.inventory import Object


@cache
def _fields() -> tuple[str, ...]:
    """Fields of `spec` that say it, the more particular ones first."""
    return (*(field for module in effects("names") for field in module.FIELDS), "name")


def cloud_name(item: Object) -> str:
    """The name its cloud knows a resource by; the object's own where no field says another."""
    return next((str(item.spec[field]) for field in _fields() if item.spec.get(field)), item.name)
