"""Nodes of several pools, load balancers and the API server: what their security groups let through."""

from typing import Any

import pytest
from trees import an_object

from groundplan.checks.inventory import Object
from groundplan.checks.reachability.flows import API_SERVER, INSIDE, INTERNET, Flow
from groundplan.checks.reachability.network import Block, End
from groundplan.checks.reachability.pods import Pods
from groundplan.platforms.aws.effect.security_groups import Ec2Groups

Json = dict[str, Any]

TAINT = {"key": "dedicated", "value": "database", "effect": "NO_SCHEDULE"}
IDS = {"sg-1": "app-nodes", "sg-2": "db-nodes"}
WEB = Pods("shop", {"app": "web"}, "web")
DATABASE = Pods(
    "shop",
    {"app": "db"},
    "db",
    node_selector={"pool": "db", "kubernetes.io/os": "linux"},
    tolerations=({"key": "dedicated", "operator": "Exists"},),
)
INGRESS = an_object(
    "Ingress",
    "www",
    "networking.k8s.io/v1",
    metadata={"annotations": {"alb.ingress.kubernetes.io/security-groups": "shop-alb"}},
)


def ec2(kind: str, name: str, /, **spec: Any) -> Json:
    return an_object(kind, name, "ec2.services.k8s.aws/v1alpha1", spec=spec)


def eks(kind: str, name: str, /, **spec: Any) -> Json:
    return an_object(kind, name, "eks.services.k8s.aws/v1alpha1", spec=spec)


def a_rule(port: int, *groups: str, cidr: str = "") -> Json:
    pairs = [{"groupRef": {"from": {"name": name}}} for name in groups]
    ranges = [{"cidrIP": cidr}] if cidr else []
    return {"ipProtocol": "tcp", "fromPort": port, "toPort": port, "userIDGroupPairs": pairs, "ipRanges": ranges}


WITHIN = {"ipProtocol": "-1", "userIDGroupPairs": [{"description": "within the group"}]}


def a_group(name: str, *rules: Json) -> Json:
    return ec2("SecurityGroup", name, name=f"shop-{name}", ingressRules=list(rules))


def a_pool(name: str, id_: str, subnet: str, *taints: Json) -> list[Json]:
    template = ec2("LaunchTemplate", name, name=f"shop-{name}", data={"securityGroupIDs": [id_]})
    references = [{"from": {"name": subnet}}]
    group = eks(
        "Nodegroup",
        name,
        launchTemplate={"name": f"shop-{name}"},
        subnetRefs=references,
        labels={"pool": name},
        taints=list(taints),
    )
    return [template, group]


def the_network(app: list[Json], db: list[Json], api: list[Json], ids: dict[str, str] | None = None) -> Ec2Groups:
    references = {"securityGroupRefs": [{"from": {"name": "control-plane"}}]}
    documents = [
        a_group("app-nodes", *app),
        a_group("db-nodes", *db),
        a_group("control-plane", *api),
        a_group("alb"),
        ec2("Subnet", "app-1", cidrBlock="10.0.1.0/24"),
        ec2("Subnet", "db-1", cidrBlock="10.0.2.0/24"),
        *a_pool("app", "sg-1", "app-1"),
        *a_pool("db", "sg-2", "db-1", TAINT),
        eks("Cluster", "shop", resourcesVPCConfig=references),
    ]
    return Ec2Groups([an_item(document) for document in documents], IDS if ids is None else ids)


def an_item(document: Json) -> Object:
    return Object("dist/a.yaml", document, "store", "prod", "network", "store/prod")


def refusals(network: Ec2Groups, source: End, target: End, port: int) -> list[str]:
    flow = Flow(source, target, port, "it asks", at=(an_item(INGRESS), ("spec",)))
    return [f"{group.name}: {worn.name} to {to.name}" for group, worn, to in network.refusing(flow)]


def test_pods_of_one_pool_reach_each_other_where_the_group_admits_itself() -> None:
    assert refusals(the_network([WITHIN], [], []), WEB, WEB, 8080) == []


def test_pods_of_one_pool_do_not_where_it_does_not() -> None:
    assert refusals(the_network([], [], []), WEB, WEB, 8080) == ["app-nodes: nodes of pool app to nodes of pool app"]


@pytest.mark.parametrize("rule", [a_rule(5432, "app-nodes"), a_rule(5432, cidr="10.0.0.0/16")])
def test_a_database_is_reached_by_the_group_or_by_the_addresses_it_admits(rule: Json) -> None:
    assert refusals(the_network([], [rule], []), WEB, DATABASE, 5432) == []


@pytest.mark.parametrize(
    "rule", [a_rule(5433, "app-nodes"), a_rule(5432, "alb"), a_rule(5432, cidr="10.0.2.0/24"), WITHIN]
)
def test_a_database_is_not_reached_by_another_port_group_or_block(rule: Json) -> None:
    found = refusals(the_network([], [rule], []), WEB, DATABASE, 5432)

    assert found == ["db-nodes: nodes of pool app to nodes of pool db"]


def test_a_pool_is_judged_by_the_group_it_wears_not_by_its_name() -> None:
    swapped = the_network([WITHIN], [a_rule(5432, "app-nodes")], [], ids={"sg-1": "app-nodes", "sg-2": "app-nodes"})

    assert refusals(swapped, WEB, DATABASE, 5432) == []
    assert refusals(swapped, DATABASE, API_SERVER, 443) != []


def test_nodes_whose_groups_are_not_ours_are_not_judged() -> None:
    assert refusals(the_network([], [], [], ids={}), WEB, DATABASE, 5432) == []


def test_a_taint_keeps_pods_without_toleration_away() -> None:
    assert refusals(the_network([], [WITHIN], []), DATABASE, DATABASE, 5432) == []


def test_the_api_server_reaches_webhooks_by_its_own_group() -> None:
    admitted = the_network([a_rule(9443, "control-plane")], [], [])

    assert refusals(admitted, API_SERVER, WEB, 9443) == []
    assert refusals(the_network([], [], []), API_SERVER, WEB, 9443) == [
        "app-nodes: the API server to nodes of pool app"
    ]


def test_pods_reach_the_api_server_by_their_subnets() -> None:
    admitted = the_network([], [], [a_rule(443, cidr="10.0.1.0/24")])

    assert refusals(admitted, WEB, API_SERVER, 443) == []
    assert refusals(admitted, DATABASE, API_SERVER, 443) == ["control-plane: nodes of pool db to the API server"]


def test_prometheus_reaches_the_nodes_of_every_pool() -> None:
    network = the_network([WITHIN], [a_rule(9100, "app-nodes")], [])

    assert refusals(network, WEB, INSIDE, 9100) == []
    assert refusals(network, WEB, INSIDE, 10250) == ["db-nodes: nodes of pool app to nodes of pool db"]


def test_a_load_balancer_wears_the_groups_its_annotation_names() -> None:
    subnet = Block("10.0.9.0/24", "the load balancer's subnet")

    assert refusals(the_network([a_rule(8080, "alb")], [], []), subnet, WEB, 8080) == []
    assert len(refusals(the_network([a_rule(8080, "db-nodes")], [], []), subnet, WEB, 8080)) == 1


def test_what_lies_outside_is_not_asked_for_its_groups() -> None:
    assert refusals(the_network([], [], []), WEB, INTERNET, 443) == []
