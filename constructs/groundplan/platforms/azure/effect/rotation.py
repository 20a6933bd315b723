"""Who asks for new values: every vault that a page promises an end for is watched by a scheduled job."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from groundplan.checks.documents.workflows import workflows_of
from groundplan.checks.inventory import Inventory
from groundplan.errors import Finding
from groundplan.layout import docs_dir

PROMISE = re.compile(r"A secret is replaced after (?P<age>\S+) at the latest")
ENDS = "az keyvault secret set-attributes"
ASKS = "gh issue create"
"""What such a job does: it gives each value an end, and asks somebody for a new one before."""


def unwatched(inventory: Inventory, root: Path) -> Iterator[Finding]:
    """Vaults whose values are promised an end that nobody gives them, or asks for."""
    watched: dict[str, set[str]] = {}
    for item in inventory.by_kind.get(("keyvault.azure.com", "Vault"), ()):
        page = root / docs_dir(item.system) / "secrets.md"
        promise = PROMISE.search(page.read_text("utf-8")) if page.is_file() else None
        if promise is None:
            continue
        if item.system not in watched:
            watched[item.system] = set(_watched(root, item.system))
        if str(item.spec.get("azureName")) not in watched[item.system]:
            message = f"holds values that are replaced after {promise['age']}, and no job on a schedule gives them an end and asks for new ones"
            advice = "write pipelines.rotation, or render its workflow for every environment"
            yield inventory.finding(item, ("spec",), "credentials.rotation", message, advice)


def _watched(root: Path, system: str) -> Iterator[str]:
    for workflow in workflows_of(root, system):
        on = workflow.document.get("on")
        if not isinstance(on, dict) or not on.get("schedule"):
            continue
        for job in workflow.jobs:
            said = "\n".join(str(step.get("run", "")) for step in job.document.get("steps", ()))
            if ENDS in said and ASKS in said:
                yield str((job.document.get("env") or {}).get("VAULT", ""))
