"""Machines of EC2 for Cluster API: a network that is there already, groups, roles by tokens, and spot outside production."""

from __future__ import annotations

import json
from typing import Any

from rendering import an_environment, rendered, the

from groundplan.components import Release, plan
from groundplan.platforms.registry import platform_of
from machines import IDS, KNOWN, MACHINES

Json = dict[str, Any]
ISSUER = "shop-issuer-111122223333.s3.us-east-1.amazonaws.com"


def component(name: str, *overlays: str) -> list[Json]:
    return rendered(an_environment(MACHINES, KNOWN, *overlays), name)


def ingress(documents: list[Json], group: str) -> list[Json]:
    return list(the(documents, "SecurityGroup", group)["spec"]["ingressRules"])


def test_the_network_is_the_one_that_is_rendered_and_the_api_server_is_inside() -> None:
    spec = the(component("cluster"), "AWSCluster")["spec"]

    assert spec["network"]["vpc"] == {"id": IDS["network"]}
    assert {subnet["isPublic"] for subnet in spec["network"]["subnets"]} == {True, False}
    assert spec["controlPlaneLoadBalancer"]["scheme"] == "internal"
    assert spec["controlPlaneLoadBalancer"]["subnets"] == [IDS[f"subnet.app-{zone}"] for zone in (1, 2, 3)]
    assert set(spec["network"]["securityGroupOverrides"]) == {"apiserver-lb", "controlplane", "lb", "node"}


def test_without_the_ids_nothing_is_made_that_would_make_a_network_of_its_own() -> None:
    waiting = rendered(an_environment(MACHINES), "cluster")

    assert {item["kind"] for item in waiting} == {
        "Bucket",
        "InstanceProfile",
        "OpenIDConnectProvider",
        "Policy",
        "Role",
    }


def test_every_id_that_is_waited_for_is_read_from_an_object_that_is_rendered() -> None:
    environment = an_environment(MACHINES)
    made = {(item["kind"], item["metadata"]["name"]) for item in rendered(environment, "network")}

    wanted = platform_of(environment).assigned_ids()

    assert set(wanted) == set(IDS)
    assert {(item.kind, item.name) for item in wanted.values()} <= made


def test_machines_have_no_public_address_and_encrypted_disks_and_pods_cannot_ask_for_their_role() -> None:
    machines = [
        item["spec"]["template"]["spec"] for item in component("cluster") if item["kind"] == "AWSMachineTemplate"
    ]

    assert len(machines) == 4
    for machine in machines:
        assert machine["publicIP"] is False
        assert machine["rootVolume"]["encrypted"] is True
        assert machine["instanceMetadataOptions"]["httpTokens"] == "required"
        assert machine["instanceMetadataOptions"]["httpPutResponseHopLimit"] == 1


def test_etcd_is_open_to_the_control_plane_alone_and_the_api_server_to_nobody_outside() -> None:
    network = component("network")
    etcd = [rule for rule in ingress(network, "control-plane") if rule["fromPort"] == 2379]
    server = ingress(network, "api-server")

    assert [pair for rule in etcd for pair in rule["userIDGroupPairs"]] == [{"description": "etcd"}]  # the group itself
    assert {entry["cidrIP"] for rule in server for entry in rule.get("ipRanges", [])} == {"10.250.0.0/16"}
    assert all(rule["fromPort"] == 6443 for rule in server)


def test_no_machine_admits_the_internet() -> None:
    groups = [item for item in component("network") if item["kind"] == "SecurityGroup"]
    open_ = {
        group["metadata"]["name"]
        for group in groups
        for rule in group["spec"]["ingressRules"]
        for entry in rule.get("ipRanges", [])
        if entry["cidrIP"] == "0.0.0.0/0"
    }

    assert open_ == set()  # nothing is exposed here


def test_a_role_trusts_the_token_of_one_account_and_the_webhook_tells_it_that_role() -> None:
    environment = an_environment(MACHINES, KNOWN)
    role = the(rendered(environment, "cloud"), "Role", "aws-ebs-csi-driver")["spec"]
    statement = json.loads(role["assumeRolePolicyDocument"])["Statement"][0]
    webhook = next(
        part
        for part in plan(environment)
        if isinstance(part, Release) and part.name == "amazon-eks-pod-identity-webhook"
    )

    assert statement["Principal"] == {"Federated": f"arn:aws:iam::111122223333:oidc-provider/{ISSUER}"}
    assert statement["Condition"]["StringEquals"] == {
        f"{ISSUER}:aud": "sts.amazonaws.com",
        f"{ISSUER}:sub": "system:serviceaccount:kube-system:ebs-csi-controller-sa",
    }
    told = webhook.values["config"]["podIdentityWebhookMap"]["data"]
    assert told["kube-system/ebs-csi-controller-sa"]["RoleARN"] == f"arn:aws:iam::111122223333:role/{role['name']}"


def test_the_issuer_shows_two_documents_and_nothing_else() -> None:
    documents = component("cluster")
    policy = json.loads(the(documents, "Bucket")["spec"]["policy"])["Statement"]
    allowed = [item for item in policy if item["Effect"] == "Allow"]

    assert [item["Action"] for item in allowed] == ["s3:GetObject"]
    assert [path.partition("/")[2] for path in allowed[0]["Resource"]] == [
        ".well-known/openid-configuration",
        "openid/v1/jwks",
    ]
    server = the(documents, "KubeadmControlPlane")["spec"]["kubeadmConfigSpec"]["clusterConfiguration"]["apiServer"]
    assert {"name": "service-account-issuer", "value": f"https://{ISSUER}"} in server["extraArgs"]
    assert the(documents, "OpenIDConnectProvider")["spec"]["url"] == f"https://{ISSUER}"


def test_pools_may_be_taken_back_where_no_customer_is() -> None:
    overlay = "stage: development\ncluster: {cluster_api: {spot: [app]}}"
    machines = {
        item["metadata"]["name"].rpartition("-")[0]: item["spec"]["template"]["spec"]
        for item in component("cluster", overlay)
        if item["kind"] == "AWSMachineTemplate"
    }

    assert "spotMarketOptions" not in machines["control-plane"]
    assert all("spotMarketOptions" in machines[f"app-{zone}"] for zone in (1, 2, 3))


def test_a_cluster_of_machines_gets_what_eks_brings_and_its_autoscaler_stands_elsewhere() -> None:
    releases = {part.name: part for part in plan(an_environment(MACHINES, KNOWN)) if isinstance(part, Release)}

    assert {"aws-cloud-controller-manager", "aws-ebs-csi-driver", "tigera-operator"} <= set(releases)
    assert "cluster-autoscaler" not in releases
    pod = the(component("autoscaler"), "Deployment")["spec"]["template"]["spec"]
    assert pod["volumes"][0]["secret"]["secretName"] == "shop-kubeconfig"
    assert "--cloud-provider=clusterapi" in pod["containers"][0]["args"]
    assert "--kubelet-insecure-tls" in releases["metrics-server"].values["args"]


def test_on_eks_nothing_of_it_is_there() -> None:
    releases = {part.name for part in plan(an_environment()) if isinstance(part, Release)}

    assert not releases & {"aws-cloud-controller-manager", "aws-ebs-csi-driver", "tigera-operator"}


def test_pods_are_inside_what_their_machines_keep_from_them() -> None:
    environment = an_environment(MACHINES, KNOWN)
    documents = [item for name in ("cluster", "network") for item in rendered(environment, name)]

    nodes = platform_of(environment).nodes(documents)

    assert nodes is not None
    assert nodes.unknown == ()
    pools = {pool.name: pool for pool in nodes.pools}
    assert (pools["control-plane"].fewest, pools["control-plane"].surge) == (3, 1)
    assert sum(pool.fewest for name, pool in pools.items() if name != "control-plane") == 3
    assert sum(pool.most for name, pool in pools.items() if name != "control-plane") == 50
    assert pools["app-1"].zones == ("us-east-1a",)
    assert pools["app-1"].each.cpu < 8
    assert pools["control-plane"].taints[0]["key"] == "node-role.kubernetes.io/control-plane"


def test_a_machine_that_no_table_describes_is_said() -> None:
    environment = an_environment(MACHINES, KNOWN, "cluster: {node_pools: {app: {instance: z9.huge}}}")

    nodes = platform_of(environment).nodes(rendered(environment, "cluster"))

    assert nodes is not None
    assert {machine for _, machine in nodes.unknown} == {"z9.huge"}
