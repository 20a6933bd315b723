"""The network: three tiers, ways in and out, and nothing that waits for itself."""

from __future__ import annotations

import graphlib
from collections.abc import Callable, Iterator
from typing import Any

import pytest

Json = dict[str, Any]
Build = Callable[..., dict[tuple[str, str], Json]]
SG = "sg-0123456789abcdef0"
KINDS_OF_REFERENCES = {
    "vpc": "VPC", "gateway": "InternetGateway", "natGateway": "NATGateway", "subnet": "Subnet", "group": "SecurityGroup",
    "allocation": "ElasticIPAddress", "routeTable": "RouteTable", "securityGroup": "SecurityGroup", "role": "Role",
    "cluster": "Cluster", "nodeRole": "Role", "key": "Key", "targetKey": "Key", "policy": "Policy", "hostedZone": "HostedZone",
}  # fmt: skip


def references(value: Any, field: str = "") -> Iterator[tuple[str, str]]:
    """(kind, name) of everything an object refers to."""
    if isinstance(value, dict):
        if set(value) == {"from"}:
            yield KINDS_OF_REFERENCES[field.removesuffix("s").removesuffix("Ref")], value["from"]["name"]
        for key, item in value.items():
            yield from references(item, key)
    elif isinstance(value, list):
        for item in value:
            if isinstance(item, dict) and set(item) == {"from"}:
                yield (
                    KINDS_OF_REFERENCES[
                        "policy" if field == "policyRefs" else field.removesuffix("s").removesuffix("Ref")
                    ],
                    item["from"]["name"],
                )
            else:
                yield from references(item, field)


def default_route(table: Json) -> Json:
    return next(route for route in table["spec"]["routes"] if route["destinationCIDRBlock"] == "0.0.0.0/0")


def test_every_reference_resolves_and_none_lead_in_a_circle(rendered: Build) -> None:
    objects = rendered(aws={"network": {"endpoints": ["registry", "secrets"]}})

    needs = {key: set(references(document["spec"])) for key, document in objects.items()}

    assert {target for targets in needs.values() for target in targets} <= set(objects)
    graphlib.TopologicalSorter(needs).prepare()


def test_only_public_subnets_reach_the_internet_directly(rendered: Build) -> None:
    objects = rendered()

    tables = {name: default_route(document) for (kind, name), document in objects.items() if kind == "RouteTable"}

    assert tables.pop("public")["gatewayRef"] == {"from": {"name": "internet"}}
    assert {name: route["natGatewayRef"]["from"]["name"] for name, route in tables.items()} == {
        "app-1": "nat-1",
        "app-2": "nat-2",
        "db-1": "nat-1",
        "db-2": "nat-2",
    }
    assert not any("gatewayRef" in route for route in tables.values())


def test_a_single_nat_gateway_serves_every_zone(rendered: Build) -> None:
    objects = rendered(aws={"network": {"nat": "single"}})

    assert [name for kind, name in objects if kind == "NATGateway"] == ["nat-1"]
    assert default_route(objects["RouteTable", "db-2"])["natGatewayRef"] == {"from": {"name": "nat-1"}}


@pytest.mark.parametrize(
    ("subnet", "tag"), [("public-1", "kubernetes.io/role/elb"), ("app-1", "kubernetes.io/role/internal-elb")]
)
def test_load_balancers_find_their_subnets_by_tag(rendered: Build, subnet: str, tag: str) -> None:
    spec = rendered()["Subnet", subnet]["spec"]

    assert {"key": tag, "value": "1"} in spec["tags"]
    assert {"key": "kubernetes.io/cluster/shop", "value": "shared"} in spec["tags"]


def test_a_subnet_stands_in_the_zone_its_number_names(rendered: Build) -> None:
    assert rendered()["Subnet", "db-2"]["spec"]["availabilityZone"] == "us-east-1b"


def test_the_default_security_group_admits_nothing(rendered: Build) -> None:
    assert rendered()["VPC", "network"]["spec"]["disallowSecurityGroupDefaultRules"] is True


def sources(group: Json, port: int) -> set[str]:
    """Groups and networks that may reach a port, the group itself left out."""
    found = set()
    for rule in group["spec"]["ingressRules"]:
        if rule["ipProtocol"] == "tcp" and rule["fromPort"] <= port <= rule["toPort"]:
            found |= {pair["groupRef"]["from"]["name"] for pair in rule.get("userIDGroupPairs", [])}
            found |= {block["cidrIP"] for block in rule.get("ipRanges", [])}
    return found


@pytest.mark.parametrize("port", [5432, 6379])
def test_databases_are_reached_from_the_app_tier_and_the_bastion_only(rendered: Build, port: int) -> None:
    bastion = {"subnet": "public-1", "image": "ami-0123456789abcdef0"}

    group = rendered(aws={"network": {"bastion": bastion}})["SecurityGroup", "db-nodes"]

    assert sources(group, port) == {"app-nodes", "bastion"}


@pytest.mark.parametrize(("ingress", "expected"), [({"type": "alb"}, {"alb": [443]}), (None, {})])
def test_the_internet_reaches_load_balancers_alone_and_by_https(
    rendered: Build, ingress: Json | None, expected: dict[str, list[int]]
) -> None:
    objects = rendered(ingress=ingress)

    open_groups = {
        name: [rule["fromPort"] for rule in document["spec"]["ingressRules"]]
        for (kind, name), document in objects.items()
        if kind == "SecurityGroup" and "0.0.0.0/0" in str(document["spec"]["ingressRules"])
    }

    assert open_groups == expected


def test_pods_of_the_app_tier_are_reached_through_load_balancers(rendered: Build) -> None:
    assert "alb" in sources(rendered()["SecurityGroup", "app-nodes"], 8080)


def test_interface_endpoints_come_with_their_group_and_storage_comes_without(rendered: Build) -> None:
    default = rendered()
    asked = rendered(aws={"network": {"endpoints": ["registry"]}})

    assert default["VPCEndpoint", "s3"]["spec"]["vpcEndpointType"] == "Gateway"
    assert asked["VPCEndpoint", "s3"]["spec"] == default["VPCEndpoint", "s3"]["spec"]
    assert ("SecurityGroup", "endpoints") not in default
    assert asked["VPCEndpoint", "ecr-dkr"]["spec"]["securityGroupRefs"] == [{"from": {"name": "endpoints"}}]


def test_what_takes_an_id_waits_until_it_is_written_down(rendered: Build) -> None:
    bastion = {"subnet": "public-1", "image": "ami-0123456789abcdef0"}

    before = rendered(aws={"network": {"bastion": bastion}})
    after = rendered(
        aws={"network": {"bastion": bastion}},
        ids={"network": "vpc-0123456789abcdef0", "security-group.bastion": SG, "security-group.app": SG},
    )

    assert ("Instance", "bastion") not in before
    assert ("FlowLog", "network") not in before
    assert "securityGroupIDs" not in before["LaunchTemplate", "app"]["spec"]["data"]
    assert after["Instance", "bastion"]["spec"]["securityGroupIDs"] == [SG]
    assert after["FlowLog", "network"]["spec"]["resourceID"] == "vpc-0123456789abcdef0"
    assert after["LaunchTemplate", "app"]["spec"]["data"]["securityGroupIDs"] == [SG]


def test_the_bastion_has_no_open_port_and_no_old_metadata_service(rendered: Build) -> None:
    objects = rendered(
        aws={"network": {"bastion": {"subnet": "public-1", "image": "ami-0123456789abcdef0"}}},
        ids={"security-group.bastion": SG},
    )

    instance = objects["Instance", "bastion"]["spec"]

    assert objects["SecurityGroup", "bastion"]["spec"]["ingressRules"] == []
    assert instance["metadataOptions"]["httpTokens"] == "required"
    assert instance["iamInstanceProfile"] == {"name": "shop-live-bastion"}
    assert "keyName" not in instance
    assert objects["Subnet", "public-1"]["spec"]["mapPublicIPOnLaunch"] is True
    assert objects["Subnet", "public-2"]["spec"]["mapPublicIPOnLaunch"] is False
