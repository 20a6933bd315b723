"""Words of the operator that several of its objects need."""

from __future__ import annotations


def database_pods(name: str) -> dict[str, str]:
    """Labels CloudNativePG puts on the instances of the cluster `name`."""
    return {"cnpg.io/cluster": name}


RELOADED = {"cnpg.io/reload": "true"}
"""Labels of a Secret that make the operator read it again when it changes.

See https://cloudnative-pg.io/documentation/current/labels_annotations/ .
"""
