"""The nodes of a cluster: launch templates and managed node groups.

See https://docs.aws.amazon.com/eks/latest/userguide/launch-templates.html .
"""

from __future__ import annotations

import re

from groundplan.kubernetes.objects import Json
from groundplan.model.cluster import NodePool
from groundplan.model.values import quantity
from groundplan.parts import Component, Part
from groundplan.platforms.aws.chapter import Network
from groundplan.platforms.aws.resource import AwsPart, reference
from groundplan.platforms.aws.site import Site
from groundplan.platforms.aws.words import TAINT_EFFECTS
from groundplan.pods import POOL_LABEL

DESIRED_SIZE_OWNER = "eks.services.k8s.aws/desired-size-managed-by"
"""Annotation that leaves the number of nodes to the cluster autoscaler."""

_ARM = re.compile(r"^[a-z]+\d+[a-z]*g[a-z]*\.")


class NodeGroup(AwsPart):
    """One pool of equal nodes in the subnets of its tier.

    Emits LaunchTemplate and Nodegroup. Disks are encrypted, pods cannot reach the instance metadata service, and the
    autoscaler owns the number of nodes. Nodes wear their tier's security group once its id is written down as
    `security-group.<tier>`; until then they wear the one EKS makes for the cluster.
    """

    def __init__(
        self, scope: Component | Part, id_: str, site: Site, pool: NodePool, network: Network, *, kubernetes: str
    ) -> None:
        super().__init__(scope, f"pool-{id_}", site)
        self._kubernetes = kubernetes
        self.name = id_
        self.pool = pool
        self._subnets = [name for name, subnet in network.subnets.items() if subnet.tier == pool.tier]
        self._add_launch_template()
        self._add_node_group()

    @property
    def template_name(self) -> str:
        """Name of the launch template in the account."""
        return f"{self.cluster_name}-{self.name}"

    def _add_launch_template(self) -> None:
        group = self.assigned(f"security-group.{self.pool.tier}")
        tags = self.tags(self.template_name)
        data: Json = {
            "metadataOptions": {"httpEndpoint": "enabled", "httpTokens": "required", "httpPutResponseHopLimit": 1},
            "blockDeviceMappings": [
                {
                    "deviceName": "/dev/xvda",
                    "ebs": {
                        "volumeType": "gp3",
                        "volumeSize": int(quantity(self.pool.disk) // 2**30),
                        "encrypted": True,
                        "deleteOnTermination": True,
                    },
                }
            ],
            "monitoring": {"enabled": True},
            "tagSpecifications": [{"resourceType": what, "tags": tags} for what in ("instance", "volume")],
        }
        if group is not None:
            data["securityGroupIDs"] = [group]
        self.emit_resource(
            "ec2", "LaunchTemplate", self.name, {"name": self.template_name, "data": data, "tags": self.tags()}
        )

    def _add_node_group(self) -> None:
        pool = self.pool
        taint = pool.taint
        self.emit_resource(
            "eks",
            "Nodegroup",
            self.name,
            {
                "name": self.name,
                "clusterRef": reference(self.cluster_name),
                "nodeRoleRef": reference("nodes"),
                "version": self._kubernetes,
                "amiType": "AL2023_ARM_64_STANDARD" if _ARM.match(pool.instance) else "AL2023_x86_64_STANDARD",
                "capacityType": "ON_DEMAND",
                "instanceTypes": [pool.instance],
                "launchTemplate": {"name": self.template_name, "version": str(pool.template)},
                "subnetRefs": [reference(name) for name in self._subnets],
                "scalingConfig": {"minSize": pool.min, "maxSize": pool.max, "desiredSize": max(pool.min, 1)},
                "updateConfig": {"maxUnavailable": 1},
                "labels": {POOL_LABEL: self.name, **pool.labels},
                "taints": [{"key": taint.key, "value": taint.value, "effect": TAINT_EFFECTS[taint.effect]}]
                if taint is not None
                else None,
                "tags": self.tag_map(self.template_name),
            },
            annotations={DESIRED_SIZE_OWNER: "external-autoscaler"},
        )
