"""Pods that are spread over zones and nodes are those of the workload itself."""

from __future__ import annotations

from collections.abc import Iterator

from groundplan.checks.catalogue import POD_TEMPLATES
from groundplan.checks.gate import Context
from groundplan.checks.inventory import Inventory
from groundplan.checks.selections import matches
from groundplan.errors import Finding
from groundplan.yaml.marked import YamlPath


def spread(inventory: Inventory, _: Context) -> Iterator[Finding]:
    """Constraints that count the pods of somebody else: all of one's own may then stand on one node."""
    for kind, steps in POD_TEMPLATES.items():
        for item in inventory.by_kind.get(kind, ()):
            template = item.document
            for step in steps:
                template = template.get(step) or {}
            labels = (template.get("metadata") or {}).get("labels") or {}
            for n, one in enumerate((template.get("spec") or {}).get("topologySpreadConstraints") or ()):
                selector = one.get("labelSelector") or {}
                if not matches(
                    labels, selector.get("matchLabels") or {}, tuple(selector.get("matchExpressions") or ())
                ):
                    path: YamlPath = (*steps, "spec", "topologySpreadConstraints", n, "labelSelector")
                    message = "counts other pods than its own, so that nothing spreads them"
                    yield inventory.finding(item, path, "intent.spread", message, "select the labels of the pods")
