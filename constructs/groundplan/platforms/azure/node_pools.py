"""Node pools of AKS. See https://learn.microsoft.com/azure/aks/create-node-pools ."""

from __future__ import annotations

from groundplan.kubernetes.objects import Json
from groundplan.model.cluster import NodePool
from groundplan.model.values import quantity
from groundplan.platforms.azure.network import subnet_reference
from groundplan.platforms.azure.site import Site
from groundplan.pods import POOL_LABEL


def pool_spec(site: Site, name: str, pool: NodePool, *, subnet: str, pods: int, spot: bool, kubernetes: str) -> Json:
    """What the cluster's first pool and every further one have in common.

    Args:
        site: where the cluster stands.
        name: name of the pool.
        pool: its size and its machines.
        subnet: subnet of the nodes.
        pods: most pods one node takes.
        spot: whether it runs on capacity that Azure may take back.
        kubernetes: version of its nodes; without one they stay as they are when the cluster is upgraded.
    """
    spec: Json = {
        "orchestratorVersion": kubernetes,
        "count": max(pool.min, 1),
        "enableAutoScaling": True,
        "minCount": pool.min,
        "maxCount": pool.max,
        "vmSize": pool.instance,
        "osType": "Linux",
        "osSKU": "AzureLinux",
        "maxPods": pods,
        "osDiskSizeGB": int(quantity(pool.disk) / 2**30),
        "type": "VirtualMachineScaleSets",
        "vnetSubnetReference": subnet_reference(site, subnet),
        "nodeLabels": {POOL_LABEL: name, **pool.labels},
        "upgradeSettings": {"maxSurge": "33%", "drainTimeoutInMinutes": 30},
    }
    if site.zones:
        spec["availabilityZones"] = list(site.zones)
    if pool.taint is not None:
        spec["nodeTaints"] = [f"{pool.taint.key}={pool.taint.value}:{pool.taint.effect}"]
    if spot:
        spec |= {"scaleSetPriority": "Spot", "scaleSetEvictionPolicy": "Delete", "spotMaxPrice": -1}
    return spec
