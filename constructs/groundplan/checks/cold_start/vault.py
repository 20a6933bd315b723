"""Values in vaults: an ExternalSecret waits until somebody has put what it reads there, a person or a PushSecret."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from groundplan.checks.cold_start.events import ready
from groundplan.checks.cold_start.plan import Event, Need, Place, Plan
from groundplan.checks.cold_start.scene import Scene
from groundplan.checks.inventory import Object
from groundplan.layout import docs_dir
from groundplan.yaml.marked import YamlPath

READS = ("external-secrets.io", "ExternalSecret")
WRITES = ("external-secrets.io", "PushSecret")


def add_vaults(scene: Scene, plan: Plan) -> None:
    """Each key that is read is named on a page of its system, or written by an object of it."""
    written = _written(scene)
    told = {
        system: _pages(scene, system) for system in {item.system for item in scene.inventory.by_kind.get(READS, ())}
    }
    for item in scene.inventory.by_kind.get(READS, ()):
        for key, field in _keys(item):
            if f"`{key}" in told[item.system]:
                continue
            plan.happens(ready(item), Need(written.get((item.system, key), ()), f"a value of {key} in its vault",
                                           Place(item, field), "say on the secrets page that somebody puts it there"))  # fmt: skip


def _keys(item: Object) -> Iterator[tuple[str, YamlPath]]:
    for index, entry in enumerate(item.spec.get("data") or ()):
        yield str((entry.get("remoteRef") or {}).get("key", "")), ("spec", "data", index, "remoteRef", "key")
    for index, entry in enumerate(item.spec.get("dataFrom") or ()):
        if "extract" in entry:
            yield str(entry["extract"].get("key", "")), ("spec", "dataFrom", index, "extract", "key")


def _written(scene: Scene) -> Mapping[tuple[str, str], tuple[Event, ...]]:
    found: dict[tuple[str, str], tuple[Event, ...]] = defaultdict(tuple)
    for item in scene.inventory.by_kind.get(WRITES, ()):
        for entry in item.spec.get("data") or ():
            key = str(entry["match"]["remoteRef"]["remoteKey"])
            found[item.system, key] = (*found[item.system, key], ready(item))
    return found


def _pages(scene: Scene, system: str) -> str:
    """Every page of a system, as text; a system without pages is judged by the gates that want them."""
    return "".join(path.read_text("utf-8") for path in sorted((scene.context.root / docs_dir(system)).glob("*.md")))
