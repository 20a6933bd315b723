"""The cluster: private, encrypted, enforcing, and with nodes where their tier is."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

Json = dict[str, Any]
Build = Callable[..., dict[tuple[str, str], Json]]
DB_POOL = {
    "instance": "r7g.large", "cpu": "2", "memory": "16Gi", "min": 0, "max": 4, "tier": "db", "disk": "80Gi",
    "taint": {"key": "dedicated", "value": "database"}, "template": 3,
}  # fmt: skip


def test_the_api_endpoint_is_private_unless_networks_are_named(rendered: Build) -> None:
    private = rendered()["Cluster", "shop"]["spec"]["resourcesVPCConfig"]
    public = rendered(aws={"api_cidrs": ["192.0.2.0/24"]})["Cluster", "shop"]["spec"]["resourcesVPCConfig"]

    assert (private["endpointPrivateAccess"], private["endpointPublicAccess"]) == (True, False)
    assert public["publicAccessCIDRs"] == ["192.0.2.0/24"]


def test_secrets_are_encrypted_with_a_key_that_outlives_the_object(rendered: Build) -> None:
    objects = rendered()

    assert objects["Cluster", "shop"]["spec"]["encryptionConfig"][0]["resources"] == ["secrets"]
    assert objects["Key", "cluster"]["spec"]["enableKeyRotation"] is True
    assert objects["Key", "cluster"]["metadata"]["annotations"]["services.k8s.aws/deletion-policy"] == "retain"


def test_network_policies_are_enforced(rendered: Build) -> None:
    settings = rendered()["Addon", "vpc-cni"]["spec"]["configurationValues"]

    assert json.loads(settings) == {"enableNetworkPolicy": "true"}


def test_every_addon_that_calls_aws_has_its_own_identity(rendered: Build) -> None:
    objects = rendered()

    identities = {
        name: document["spec"]["podIdentityAssociations"][0]["serviceAccount"]
        for (kind, name), document in objects.items()
        if kind == "Addon" and "podIdentityAssociations" in document["spec"]
    }

    assert identities == {"vpc-cni": "aws-node", "aws-ebs-csi-driver": "ebs-csi-controller-sa"}


def test_an_addon_runs_the_version_that_is_written(rendered: Build) -> None:
    objects = rendered(aws={"addons": {"coredns": "v1.11.4-eksbuild.2"}})

    assert objects["Addon", "coredns"]["spec"]["addonVersion"] == "v1.11.4-eksbuild.2"
    assert "addonVersion" not in objects["Addon", "kube-proxy"]["spec"]


def test_whoever_creates_the_cluster_gets_no_rights_and_those_named_do(rendered: Build) -> None:
    principal = "arn:aws:iam::111122223333:role/platform"

    objects = rendered(aws={"access": {"platform": {"principal": principal, "level": "admin"}}})

    entry = objects["AccessEntry", "platform"]["spec"]
    assert objects["Cluster", "shop"]["spec"]["accessConfig"] == {
        "authenticationMode": "API",
        "bootstrapClusterCreatorAdminPermissions": False,
    }
    assert entry["principalARN"] == principal
    assert entry["accessPolicies"][0]["policyARN"].endswith("/AmazonEKSClusterAdminPolicy")


def test_a_pool_stands_in_the_subnets_of_its_tier_with_its_label_and_taint(rendered: Build) -> None:
    spec = rendered(cluster={"node_pools": {"db": DB_POOL}})["Nodegroup", "db"]["spec"]

    assert [item["from"]["name"] for item in spec["subnetRefs"]] == ["db-1", "db-2"]
    assert spec["labels"] == {"groundplan.dev/pool": "db"}
    assert spec["taints"] == [{"key": "dedicated", "value": "database", "effect": "NO_SCHEDULE"}]
    assert spec["amiType"] == "AL2023_ARM_64_STANDARD"
    assert spec["scalingConfig"] == {"minSize": 0, "maxSize": 4, "desiredSize": 1}
    assert spec["launchTemplate"] == {"name": "shop-db", "version": "3"}


def test_the_autoscaler_owns_the_number_of_nodes(rendered: Build) -> None:
    notes = rendered()["Nodegroup", "app"]["metadata"]["annotations"]

    assert notes["eks.services.k8s.aws/desired-size-managed-by"] == "external-autoscaler"


def test_disks_are_encrypted_and_pods_cannot_ask_for_the_nodes_credentials(rendered: Build) -> None:
    data = rendered(cluster={"node_pools": {"db": DB_POOL}})["LaunchTemplate", "db"]["spec"]["data"]

    assert data["metadataOptions"]["httpTokens"] == "required"
    assert data["metadataOptions"]["httpPutResponseHopLimit"] == 1
    assert (
        data["blockDeviceMappings"][0]["ebs"] | {"volumeSize": 80, "encrypted": True}
        == data["blockDeviceMappings"][0]["ebs"]
    )


def test_a_person_confirms_before_cluster_or_network_go(rendered: Build) -> None:
    objects = rendered()

    for key in (("Cluster", "shop"), ("VPC", "network")):
        assert (
            objects[key]["metadata"]["annotations"]["argocd.argoproj.io/sync-options"] == "Prune=confirm,Delete=confirm"
        )
