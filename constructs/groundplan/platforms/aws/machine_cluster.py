"""A cluster of EC2 machines by Cluster API: its network by id, its templates, and what its machines may do.

See https://cluster-api-aws.sigs.k8s.io/topics/bring-your-own-aws-infrastructure .
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from groundplan.cluster_api.cluster import ClusterProps, SelfMadeCluster, Workers, WorkersProps, shares
from groundplan.cluster_api.names import INFRASTRUCTURE, named_by_content
from groundplan.delivered import ASK_FIRST
from groundplan.model.cluster import NodePool
from groundplan.model.cluster_api import ClusterApi
from groundplan.model.values import quantity
from groundplan.parts import Component, Json, Part
from groundplan.platforms.aws.chapter import Network
from groundplan.platforms.aws.identity import Role
from groundplan.platforms.aws.policies import allow, document, trust_service
from groundplan.platforms.aws.resource import AwsPart, reference
from groundplan.platforms.aws.roles import ROLES
from groundplan.platforms.aws.site import Site

VERSION = f"{INFRASTRUCTURE}/v1beta2"
NODE_NAME = "{{ ds.meta_data.local_hostname }}"
"""Name of a machine as the cloud knows it: by it the cloud controller finds the machine of a node."""

IMAGE_NAME = "capa-ami-{{.BaseOS}}-?{{.K8sVersion}}-*"
IMAGE_SYSTEM = "ubuntu-24.04"
"""How image-builder names its images, and the system it builds them of.

See https://image-builder.sigs.k8s.io/capi/providers/aws .
"""

NODE_POLICIES = ("AmazonEC2ContainerRegistryPullOnly",)

USER_DATA = "arn:aws:secretsmanager:{region}:{account}:secret:aws.cluster.x-k8s.io/*"
"""Where a machine finds what it starts with; it deletes it once it has read it.

See https://cluster-api-aws.sigs.k8s.io/topics/userdata-privacy .
"""

LOOKS = [
    "ec2:DescribeAvailabilityZones",
    "ec2:DescribeInstanceTopology",
    "ec2:DescribeInstances",
    "ec2:DescribeRegions",
    "ec2:DescribeSecurityGroups",
    "ec2:DescribeSubnets",
    "ec2:DescribeVpcs",
]
"""What the cloud controller reads of machines: it names their zone, type and addresses, and sees when one is gone.

It makes no load balancers here; the load balancer controller does. See https://cloud-provider-aws.sigs.k8s.io/prerequisites/ .
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class MachineClusterProps:
    """What a cluster is made of."""

    network: Network
    """The network it stands in."""

    zones: Sequence[str]
    """Zones, which subnets count from 1."""

    kubernetes: str
    """Minor version."""

    settings: ClusterApi
    """Sizes and choices."""

    pools: Mapping[str, NodePool]
    """Pools by name."""

    people: Mapping[str, str] = field(default_factory=dict)
    """Flags by which the API server knows people. Default none."""


class MachineCluster(AwsPart):
    """Roles of the machines, and once the network's ids are written down, the cluster and its machines.

    The network is made by other objects here; Cluster API takes it as it is and makes the API server's load balancer and
    the machines.
    """

    def __init__(self, scope: Component | Part, id_: str, site: Site, props: MachineClusterProps) -> None:
        super().__init__(scope, id_, site)
        self._props = props
        self._add_role("control-plane", "Control-plane machines", [allow(LOOKS)])
        self._add_role("nodes", "Worker machines", [])
        if not missing_ids(props, site.ids):
            self._add_cluster()

    def _add_role(self, name: str, who: str, statements: list[Json]) -> None:
        """Every machine pulls images and reads what it starts with."""
        secrets = USER_DATA.format(region=self.region, account=self.account)
        role = self.site.role_name(name)
        Role(
            self,
            name,
            self.site,
            role=role,
            trust=trust_service("ec2.amazonaws.com"),
            managed=NODE_POLICIES,
            description=f"{who} of cluster {self.cluster_name}",
            policy=document(
                allow(["secretsmanager:DeleteSecret", "secretsmanager:GetSecretValue"], secrets), *statements
            ),
        )
        self.emit_resource(
            "iam", "InstanceProfile", name, {"name": role, "roleRef": reference(name), "tags": self.tags()}
        )

    def _add_cluster(self) -> None:
        props, settings = self._props, self._props.settings
        self._add_network()
        plane = settings.control_plane
        template = self._add_template(
            "control-plane",
            self._machine(plane.instance, plane.disk, profile="control-plane", groups=[]),
        )
        cluster = ClusterProps(
            name=self.cluster_name,
            kubernetes=props.kubernetes,
            settings=settings,
            infrastructure="AWSCluster",
            machines="AWSMachineTemplate",
            control_plane_template=template,
            node_name=NODE_NAME,
            issuer=f"https://{self.site.issuer}",
            people=props.people,
        )
        SelfMadeCluster(self, "self-made", cluster)
        for name, pool in props.pools.items():
            self._add_pool(name, pool, cluster)

    def _add_network(self) -> None:
        props = self._props
        ids = self.site.ids
        private = [subnet for subnet, _ in _subnets(props.network, "app")]
        self.emit(
            {
                "apiVersion": VERSION,
                "kind": "AWSCluster",
                "metadata": {"name": self.cluster_name, "annotations": dict(ASK_FIRST)},
                "spec": {
                    "region": self.region,
                    "sshKeyName": "",
                    "imageLookupBaseOS": IMAGE_SYSTEM,
                    "imageLookupFormat": IMAGE_NAME,
                    "imageLookupOrg": props.settings.images or self.account,
                    "identityRef": {"kind": "AWSClusterControllerIdentity", "name": "default"},
                    "controlPlaneLoadBalancer": {
                        "loadBalancerType": "nlb",
                        "scheme": "internal",
                        "crossZoneLoadBalancing": True,
                        "healthCheckProtocol": "HTTPS",
                        "subnets": [ids[f"subnet.{name}"] for name in private],
                    },
                    "network": {
                        "vpc": {"id": ids["network"]},
                        "subnets": [
                            {
                                "id": ids[f"subnet.{name}"],
                                "availabilityZone": props.zones[subnet.zone - 1],
                                "cidrBlock": subnet.cidr,
                                "isPublic": subnet.tier == "public",
                            }
                            for name, subnet in props.network.subnets.items()
                            if subnet.tier in ("app", "public")
                        ],
                        "securityGroupOverrides": {
                            role: ids[f"security-group.{group}"] for role, group in sorted(ROLES.items())
                        },
                    },
                    "additionalTags": self.tag_map(),
                },
            }
        )

    def _add_pool(self, name: str, pool: NodePool, cluster: ClusterProps) -> None:
        spot = name in self._props.settings.spot
        groups = ["app"] if pool.tier == "app" else []
        places = _subnets(self._props.network, pool.tier)[: max(pool.max, 1)]
        fewest, most = shares(pool.min, len(places)), shares(pool.max, len(places))
        for index, (subnet, zone) in enumerate(places):
            machine = self._machine(pool.instance, pool.disk, profile="nodes", groups=groups)
            machine["subnet"] = {"id": self.site.ids[f"subnet.{subnet}"]}
            if spot:
                machine["spotMarketOptions"] = {}
            own = f"{name}-{zone}"
            template = self._add_template(own, machine)
            Workers(
                self,
                own,
                cluster,
                WorkersProps(
                    pool=name,
                    nodes=pool,
                    zone=self._props.zones[zone - 1],
                    fewest=fewest[index],
                    most=most[index],
                    template=template,
                ),
            )

    def _machine(self, instance: str, disk: str, *, profile: str, groups: Sequence[str]) -> Json:
        worn = [{"id": self.site.ids[f"security-group.{group}"]} for group in groups]
        return {
            "instanceType": instance,
            "iamInstanceProfile": self.site.role_name(profile),
            "sshKeyName": "",
            "publicIP": False,
            "instanceMetadataOptions": {
                "httpEndpoint": "enabled",
                "httpPutResponseHopLimit": 1,
                "httpTokens": "required",
                "instanceMetadataTags": "disabled",
            },
            "rootVolume": {"type": "gp3", "size": int(quantity(disk) // 2**30), "encrypted": True},
            **({"additionalSecurityGroups": worn} if worn else {}),
        }

    def _add_template(self, name: str, machine: Json) -> str:
        spec: Json = {"template": {"spec": machine}}
        full = named_by_content(name, spec)
        self.emit({"apiVersion": VERSION, "kind": "AWSMachineTemplate", "metadata": {"name": full}, "spec": spec})
        return full


def used_ids(network: Network, tiers: Sequence[str]) -> list[str]:
    """Keys of the ids that a cluster of machines waits for."""
    used = {"app", "public", *tiers}
    subnets = [f"subnet.{name}" for name, subnet in network.subnets.items() if subnet.tier in used]
    return ["network", *subnets, *(f"security-group.{group}" for group in (*sorted(ROLES.values()), "app"))]


def missing_ids(props: MachineClusterProps, ids: Mapping[str, str]) -> list[str]:
    """Those of them that are not known yet."""
    return [key for key in used_ids(props.network, [pool.tier for pool in props.pools.values()]) if key not in ids]


def _subnets(network: Network, tier: str) -> list[tuple[str, int]]:
    """(name, zone) of the subnets of a tier, the first of each zone, by zone."""
    found: dict[int, str] = {}
    for name, subnet in network.subnets.items():
        if subnet.tier == tier:
            found.setdefault(subnet.zone, name)
    return [(name, zone) for zone, name in sorted(found.items())]
