"""Images when a region is lost: whoever takes over pulls them from a registry that is left."""

from __future__ import annotations

from collections.abc import Iterator

from groundplan.checks.catalogue import POD_TEMPLATES
from groundplan.checks.inventory import Inventory, Object
from groundplan.checks.reachability.cloud import OfKind, clouds
from groundplan.errors import Finding
from groundplan.model.environment import Environment
from groundplan.yaml.marked import YamlPath


def lost(inventory: Inventory, cluster: str, environment: Environment) -> Iterator[Finding]:
    """Images of a recovery peer's pods that lie in the region alone which it stands in for, one finding a registry."""
    peer = environment.peer_environment
    if peer is None or peer.region == environment.region:
        return
    seen: set[str] = set()

    def of(group: str, kind: str) -> tuple[Object, ...]:
        return inventory.by_kind.get((group, kind), ())

    for item in inventory.clusters.get(cluster, ()):
        for field, registry in registries(item):
            if registry not in seen:
                seen.add(registry)
                if is_lost(of, registry, peer.region):
                    message = f"pulls from {registry}, whose images lie in {peer.region} alone: with that region goes what takes over for it"
                    advice = f"keep a copy of the registry in {environment.region}"
                    yield inventory.finding(item, field, "reachability.images", message, advice)


def is_lost(of: OfKind, registry: str, region: str) -> bool:
    """Whether a registry hands out nothing once a region is lost: whoever knows it says so, or its name does."""
    known = (cloud.keeps_images(of, registry) for cloud in clouds())
    return f".{region}." in registry or any(regions is not None and regions <= {region} for regions in known)


def registries(item: Object) -> Iterator[tuple[YamlPath, str]]:
    """Hosts that the pods of a workload are pulled from, each with the field that names the image."""
    path = POD_TEMPLATES.get((item.group, item.kind))
    if path is None:
        return
    template = item.document
    for step in path:
        template = template.get(step) or {}
    for chapter in ("initContainers", "containers"):
        for index, container in enumerate((template.get("spec") or {}).get(chapter) or ()):
            yield (*path, "spec", chapter, index, "image"), str(container.get("image", "")).partition("/")[0]
