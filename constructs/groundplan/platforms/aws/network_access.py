"""What crosses the network's edge beside the load balancers: a bastion, peerings, and the log of connections."""

from __future__ import annotations

import json

from groundplan.parts import Component, Json, Part
from groundplan.platforms.aws.bucket import PrivateBucket
from groundplan.platforms.aws.chapter import Bastion as BastionModel
from groundplan.platforms.aws.chapter import Bucket, Network, Peer
from groundplan.platforms.aws.identity import Role
from groundplan.platforms.aws.policies import trust_service
from groundplan.platforms.aws.resource import ADOPTION, ADOPTION_FIELDS, AwsPart, reference
from groundplan.platforms.aws.roles import role_name


class Bastion(AwsPart):
    """A host in a public subnet that people reach through Session Manager: no key, no open port.

    The controller's Instance takes security groups by id only, so the instance waits until `security-group.bastion` is
    written down. See https://docs.aws.amazon.com/systems-manager/latest/userguide/session-manager.html .
    """

    def __init__(self, scope: Component | Part, id_: str, bastion: BastionModel) -> None:
        super().__init__(scope, id_)
        name = role_name(self.environment, "bastion")
        Role(
            self,
            "bastion",
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
    """

    def __init__(self, scope: Component | Part, id_: str, peer: Peer) -> None:
        super().__init__(scope, f"peering-{id_}")
        if peer.request:
            self._ask(id_, peer)
        else:
            self._accept(id_)

    def _ask(self, name: str, peer: Peer) -> None:
        network, other = self.assigned(f"peer.{name}"), self.environment.neighbour(peer.environment)
        if network is not None and other is not None:
            spec: Json = {
                "vpcRef": reference("network"),
                "peerVPCID": network,
                "peerRegion": other.region,
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
    """

    def __init__(self, scope: Component | Part, id_: str, network: Network) -> None:
        super().__init__(scope, id_)
        name = f"{self.cluster_name}-flow-logs-{self.account}"
        PrivateBucket(
            self,
            name,
            Bucket(versioned=True, expire={"": network.flow_logs_keep}, keep_versions="1d"),
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
