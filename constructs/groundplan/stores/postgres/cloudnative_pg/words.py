"""Words of the operator that several of its objects need."""

from __future__ import annotations


def database_pods(name: str) -> dict[str, str]:
    """Labels CloudNativePG puts on the instances of the cluster `name`."""
    return {"cnpg.io/cluster": name}
