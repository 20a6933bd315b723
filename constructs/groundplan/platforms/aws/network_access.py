"""What crosses the network's edge beside the load balancers: a bastion, peerings, and the log of connections."""

from __future__ import annotations

import json

from groundplan.parts import Component, Json, Part
from groundplan.platforms.aws.bucket import PrivateBucket
from groundplan.platforms.aws.chapter import Bastion as BastionModel
from groundplan.platforms.aws.chapter import Bucket
from groundplan.platforms.aws.identity import Role
from groundplan.platforms.aws.policies import trust_service
from groundplan.platforms.aws.resource import ADOPTION, ADOPTION_FIELDS, AwsPart, reference
from groundplan.platforms.aws.site import Site


class Bastion(AwsPart):
    """A host in a public subnet that people reach through Session Manager: no key, no open port.

    The controller's Instance takes security groups by id only, so the instance waits until `security-group.bastion` is
    written down. See https://docs.aws.amazon.com/systems-manager/latest/userguide/session-manager.html .
    """

    def __init__(self, scope: Component | Part, id_: str, site: Site, bastion: BastionModel) -> None:
        super().__init__(scope, id_, site)
        name = site.role_name("bastion")
        Role(
            self,
            "bastion",
            site,
            role=name,
            trust=trust_service("ec2.amazonaws.com"),
            managed=["AmazonSSMManagedInstanceCore"],
            description="Lets people reach the bastion through Session Manager",
        )
        self.emit_resource(
            "iam",
            "InstanceProfile",
            "bastion",
            {"name": name, "roleRef": reference("bastion"), "tags": self.tags()},
        )
        group = self.assigned("security-group.bastion")
        if group is not None:
            self._add_instance(name, bastion, group)

    def _add_instance(self, name: str, bastion: BastionModel, group: str) -> None:
        self.emit_resource(
            "ec2",
            "Instance",
            "bastion",
            {
                "imageID": bastion.image,
                "instanceType": bastion.instance,
                "minCount": 1,
                "maxCount": 1,
                "subnetRef": reference(bastion.subnet),
                "securityGroupIDs": [group],
                "iamInstanceProfile": {"name": name},
                "metadataOptions": {"httpEndpoint": "enabled", "httpTokens": "required", "httpPutResponseHopLimit": 1},
                "blockDeviceMappings": [
                    {
                        "deviceName": "/dev/xvda",
                        "ebs": {
                            "volumeType": "gp3",
                            "volumeSize": 20,
                            "encrypted": True,
                            "deleteOnTermination": True,
                        },
                    }
                ],
                "monitoring": {"enabled": True},
                "tags": self.tags(name),
            },
        )


class Peering(AwsPart):
    """The connection to another environment's network, seen from this side.

    The side that asks emits it once the other network has an id; the side that accepts takes the same connection over
    once that has one, because AWS wants a connection between regions accepted in the region of the accepter. Both set
    `acceptRequest`, or the controller would take an accepted connection for a contradiction.

    Args:
        scope: scope.
        id_: what this side calls the peering.
        site: where this side stands.
        asks: whether this side asks.
        region: region of the other network; None where the environment is not known.
    """

    def __init__(self, scope: Component | Part, id_: str, site: Site, *, asks: bool, region: str | None) -> None:
        super().__init__(scope, f"peering-{id_}", site)
        if asks:
            self._ask(id_, region)
        else:
            self._accept(id_)

    def _ask(self, name: str, region: str | None) -> None:
        network = self.assigned(f"peer.{name}")
        if network is not None and region is not None:
            spec: Json = {
                "vpcRef": reference("network"),
                "peerVPCID": network,
                "peerRegion": region,
                "peerOwnerID": self.account,
            }
            self._emit(name, spec, {})

    def _accept(self, name: str) -> None:
        connection = self.assigned(f"peering.{name}")
        if connection is not None:
            fields = json.dumps({"vpcPeeringConnectionID": connection})
            self._emit(name, {}, {ADOPTION: "adopt", ADOPTION_FIELDS: fields})

    def _emit(self, name: str, spec: Json, annotations: dict[str, str]) -> None:
        self.emit_resource(
            "ec2",
            "VPCPeeringConnection",
            name,
            {**spec, "acceptRequest": True, "tags": self.tags(f"{self.cluster_name}-{name}")},
            annotations=annotations,
        )


class FlowLogs(AwsPart):
    """The log of accepted and refused connections, in a bucket of its own.

    The controller's FlowLog takes the network by id only, so it waits until `network` is written down.
    See https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-s3.html .

    Args:
        scope: scope.
        id_: construct id.
        site: where the network stands.
        keep: age at which the log is deleted.
    """

    def __init__(self, scope: Component | Part, id_: str, site: Site, *, keep: str) -> None:
        super().__init__(scope, id_, site)
        name = f"{self.cluster_name}-flow-logs-{self.account}"
        PrivateBucket(
            self,
            name,
            site,
            Bucket(versioned=True, expire={"": keep}, keep_versions="1d"),
            statements=(self._permission(name),),
        )
        vpc = self.assigned("network")
        if vpc is not None:
            self.emit_resource(
                "ec2",
                "FlowLog",
                "network",
                {
                    "resourceID": vpc,
                    "resourceType": "VPC",
                    "trafficType": "ALL",
                    "logDestinationType": "s3",
                    "logDestination": f"arn:aws:s3:::{name}",
                    "maxAggregationInterval": 600,
                    "tags": self.tags(self.cluster_name),
                },
            )

    def _permission(self, bucket: str) -> Json:
        return {
            "Sid": "LetTheLogServiceWrite",
            "Effect": "Allow",
            "Principal": {"Service": "delivery.logs.amazonaws.com"},
            "Action": ["s3:GetBucketAcl", "s3:ListBucket", "s3:PutObject"],
            "Resource": [f"arn:aws:s3:::{bucket}", f"arn:aws:s3:::{bucket}/*"],
            "Condition": {"StringEquals": {"aws:SourceAccount": self.account}},
        }
