"""What a first sync leaves to be written down: ids that only the cloud knows, by one command for each environment."""

from __future__ import annotations

from groundplan.facts.cloud_names import MANAGEMENT
from groundplan.facts.system import System
from groundplan.markdown import section, shell
from groundplan.platforms.registry import platform_of


def ids(system: System) -> list[str]:
    """How ids reach the files of the environments that wait for some; nothing where none does."""
    lines = []
    for environment in system.environments:
        wanted = platform_of(environment).assigned_ids()
        if wanted:
            resources = ",".join(sorted({item.resource for item in wanted.values()}))
            lines.append(
                f"kubectl --context {MANAGEMENT} get {resources} --all-namespaces --output json "
                f"| groundplan ids {environment.system}/{environment.environment}"
            )
    if not lines:
        return []
    text = [
        "Some objects name a resource by an id that only the cloud knows. The controllers write it into the status of the "
        "resource's object once it exists; this reads it from there:",
        shell(*lines),
        f"It writes `environments/{system.name}/ids/<environment>.yaml` and says which ids are not known yet: run it again "
        "then. Afterwards run `make`, and merge; until then what needs an id waits.",
    ]
    return [section("Ids to write back", *text, level=3)]
