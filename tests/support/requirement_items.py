"""Catalogue items and the objects they are about."""

from __future__ import annotations

from typing import Any

HEADER = "system: shop\ntitle: Shop\nsource: S-1\nrequirements:\n"
"""What stands above the items of a catalogue: four lines."""


def item(evidence: str, *, number: str = "1", met_by: str = "manifests") -> str:
    """One item with this evidence, written in flow style."""
    return f"""\
- id: SHP-{number}
  area: policy
  text: A quota holds the namespace in bounds.
  met_by: {met_by}
  evidence: {evidence}
"""


def quota(cpu: str = "50", name: str = "quota") -> dict[str, Any]:
    return {
        "apiVersion": "v1",
        "kind": "ResourceQuota",
        "metadata": {"name": name, "namespace": "shop"},
        "spec": {"hard": {"requests.cpu": cpu, "pods": "10"}},
    }
