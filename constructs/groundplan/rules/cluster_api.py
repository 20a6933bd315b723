"""What a cluster of machines demands of the chapters around it, and what a management cluster that makes some does."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator

from groundplan.model.cluster_api import FEWEST_CONTROL_PLANE
from groundplan.model.environment import Environment
from groundplan.platforms.registry import PLATFORMS, platform_named, platform_of
from groundplan.rules.problem import Problem, unknown
from groundplan.yaml.marked import YamlPath

CHAPTER: YamlPath = ("cluster", "cluster_api")


def machines(environment: Environment) -> Iterator[Problem]:
    """The platform has machines that Cluster API makes, and pools know nothing of managed Kubernetes."""
    if environment.cluster.cluster_api is None or not environment.has_cluster:
        return
    if platform_of(environment).machine_provider() is None:
        able = [name for name in _able() if name != environment.platform_name]
        what = f"the platform is {environment.platform_name}, on which Cluster API makes no machines here"
        yield CHAPTER, "no-machines", what, f"remove it, or write platform {' or '.join(able)}"
    for name, pool in environment.cluster.node_pools.items():
        if "template" in pool.model_fields_set:
            what = "counts versions of a managed pool's template; here a changed machine has a new template by itself"
            yield ("cluster", "node_pools", name, "template"), "no-effect", what, "remove it"


def spot(environment: Environment) -> Iterator[Problem]:
    """Machines that may be taken back at any time are pools there are, and serve no customers."""
    settings = environment.cluster.cluster_api
    if settings is None or not environment.has_cluster:
        return
    pools = environment.cluster.node_pools
    for index, name in enumerate(settings.spot):
        path: YamlPath = (*CHAPTER, "spot", index)
        if name not in pools:
            yield unknown(path, "missing-node-pool", "node pool", name, pools)
        elif environment.stage == "production":
            yield path, "spot-in-production", f"`{name}` may be taken back at any time, and the stage is production", "remove it"  # fmt: skip


def spread(environment: Environment) -> Iterator[Problem]:
    """With a zone gone, most of etcd is still there."""
    settings = environment.cluster.cluster_api
    if settings is None or not environment.has_cluster or environment.stage != "production":
        return
    zones = environment.zones
    if platform_of(environment).machine_provider() is None:
        return
    if len(zones) < FEWEST_CONTROL_PLANE:
        what = f"{settings.control_plane.nodes} nodes of etcd stand in {len(zones)} zones, and the loss of one can stop them all"
        path: YamlPath = ("platform", environment.platform_name, "zones")
        yield path, "too-few-zones", what, f"name {FEWEST_CONTROL_PLANE} zones"


def addresses(environment: Environment) -> Iterator[Problem]:
    """Pods, Services, machines and whoever manages them have different addresses."""
    settings = environment.cluster.cluster_api
    if settings is None or not environment.has_cluster:
        return
    network = platform_of(environment).network_block
    taken: list[tuple[YamlPath, str, str]] = [
        ((*CHAPTER, "pods"), "pods", settings.pods),
        ((*CHAPTER, "services"), "Services", settings.services),
        *(((*CHAPTER, "managed_from", index), "the management cluster", block) for index, block in enumerate(settings.managed_from)),
    ]  # fmt: skip
    known = [("machines", network)] if network is not None else []
    for path, what, block in taken:
        for other, theirs in known:
            if other != what and ipaddress.ip_network(block).overlaps(ipaddress.ip_network(theirs)):
                yield path, "overlap", f"{block} of {what} overlaps {theirs} of {other}", "choose another block"
        known.append((what, block))


def makes_clusters(environment: Environment) -> Iterator[Problem]:
    """Clusters are made by the management cluster, on platforms that have machines for them."""
    made = environment.cluster.makes_clusters
    if made is None:
        return
    path: YamlPath = ("cluster", "makes_clusters")
    if not environment.is_management_cluster:
        yield path, "not-management", "clusters are made by the management cluster alone", "remove it"
    able = _able()
    for index, name in enumerate(made.on):
        if name not in able:
            yield unknown((*path, "on", index), "missing-platform", "platform with machines", name, able)


def _able() -> list[str]:
    """Platforms on which Cluster API makes machines."""
    return [name for name in sorted(PLATFORMS) if platform_named(name).machine_provider() is not None]


CLUSTER_API_RULES = (machines, spot, spread, addresses, makes_clusters)
"""Each rule looks at one demand."""
