"""A cluster of machines: what its control plane keeps to itself, how it is upgraded, and when a machine is replaced."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from rendering import an_environment, rendered, schema_problems, the

from groundplan.cluster_api.cluster import shares
from groundplan.cluster_api.names import named_by_content
from groundplan.cluster_api.versions import patch_of, release_for
from groundplan.errors import ConstructError
from machines import KNOWN, MACHINES

Json = dict[str, Any]
MINIMUM = "cluster.x-k8s.io/cluster-api-autoscaler-node-group-min-size"
MAXIMUM = "cluster.x-k8s.io/cluster-api-autoscaler-node-group-max-size"


def a_cluster(*overlays: str) -> list[Json]:
    return rendered(an_environment(MACHINES, KNOWN, *overlays), "cluster")


def flags(listed: list[Json]) -> dict[str, str]:
    return {flag["name"]: flag["value"] for flag in listed}


def files(configuration: Json) -> dict[str, Json]:
    return {file["path"]: file for file in configuration["files"]}


def test_every_object_fits_the_schema_of_its_kind() -> None:
    for document in a_cluster():
        assert schema_problems(document) == []


def test_the_control_plane_is_three_machines_that_are_replaced_one_at_a_time() -> None:
    spec = the(a_cluster(), "KubeadmControlPlane")["spec"]

    assert spec["replicas"] == 3
    assert spec["rollout"]["strategy"] == {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 1}}
    assert spec["machineTemplate"]["spec"]["deletion"]["nodeDrainTimeoutSeconds"] == 900


def test_the_api_server_records_every_request_and_what_changes_of_rights_say() -> None:
    configuration = the(a_cluster(), "KubeadmControlPlane")["spec"]["kubeadmConfigSpec"]
    server = configuration["clusterConfiguration"]["apiServer"]
    given, brought = flags(server["extraArgs"]), files(configuration)

    policy = yaml.safe_load(brought[given["audit-policy-file"]]["content"])
    assert [rule["level"] for rule in policy["rules"]] == ["RequestResponse", "Metadata"]
    assert policy["rules"][0]["resources"] == [{"group": "rbac.authorization.k8s.io"}]
    assert policy["rules"][1] == {"level": "Metadata"}  # whatever else it is
    mounted = {volume["mountPath"] for volume in server["extraVolumes"]}
    assert {given["audit-policy-file"], given["audit-log-path"].rpartition("/")[0]} <= mounted


def test_what_is_kept_of_the_audit_log_is_a_choice() -> None:
    changed = a_cluster("cluster: {cluster_api: {audit: {keep: 7d, file: 1Gi, files: 3}}}")
    server = the(changed, "KubeadmControlPlane")["spec"]["kubeadmConfigSpec"]["clusterConfiguration"]["apiServer"]

    given = flags(server["extraArgs"])

    assert (given["audit-log-maxage"], given["audit-log-maxsize"], given["audit-log-maxbackup"]) == ("7", "1024", "3")


def test_secrets_are_written_with_a_key_that_is_in_no_file_here() -> None:
    documents = a_cluster()
    configuration = the(documents, "KubeadmControlPlane")["spec"]["kubeadmConfigSpec"]
    given = flags(configuration["clusterConfiguration"]["apiServer"]["extraArgs"])
    source = files(configuration)[given["encryption-provider-config"]]["contentFrom"]["secret"]

    target = the(documents, "ExternalSecret", source["name"])["spec"]["target"]
    written = yaml.safe_load(target["template"]["data"][source["key"]])

    assert [list(provider) for provider in written["resources"][0]["providers"]] == [["secretbox"], ["identity"]]
    assert "secrets" in written["resources"][0]["resources"]
    assert (target["immutable"], target["creationPolicy"]) == (True, "Orphan")
    assert the(documents, "Password", source["name"])["spec"]["length"] == 32


def test_pools_lie_in_every_zone_and_are_left_to_the_autoscaler() -> None:
    deployments = [item for item in a_cluster() if item["kind"] == "MachineDeployment"]
    notes = [item["metadata"]["annotations"] for item in deployments]

    assert {item["spec"]["template"]["spec"]["failureDomain"] for item in deployments} == {
        "us-east-1a",
        "us-east-1b",
        "us-east-1c",
    }
    assert sum(int(note[MINIMUM]) for note in notes) == 3
    assert sum(int(note[MAXIMUM]) for note in notes) == 50
    assert all(note["capacity.cluster-autoscaler.kubernetes.io/memory"] == "32Gi" for note in notes)
    assert all("replicas" not in item["spec"] for item in deployments)
    update = {"maxSurge": 1, "maxUnavailable": 0}
    assert all(item["spec"]["rollout"]["strategy"]["rollingUpdate"] == update for item in deployments)


def test_a_pool_that_stays_as_large_as_it_is_has_its_size_written_down() -> None:
    fixed = "cluster: {node_pools: {app: {min: 4, max: 4}}}"
    deployments = [item for item in a_cluster(fixed) if item["kind"] == "MachineDeployment"]

    assert sorted(item["spec"]["replicas"] for item in deployments) == [1, 1, 2]
    assert all("annotations" not in item["metadata"] for item in deployments)


def test_a_changed_machine_has_a_template_of_another_name_and_the_same_has_the_same() -> None:
    def templates(*overlays: str) -> set[str]:
        kinds = ("AWSMachineTemplate", "KubeadmConfigTemplate")
        return {item["metadata"]["name"] for item in a_cluster(*overlays) if item["kind"] in kinds}

    changed = templates("cluster: {node_pools: {app: {disk: 200Gi}}}")

    assert templates() == templates()
    assert len(templates() - changed) == 3  # the machines of each zone; what they are told is the same
    assert named_by_content("a", {"x": 1}) != named_by_content("a", {"x": 2})


def test_labels_and_taints_of_a_pool_are_those_of_its_nodes() -> None:
    taint = "cluster: {node_pools: {app: {labels: {tier: front}, taint: {key: dedicated, value: app}}}}"
    documents = a_cluster(taint)
    registration = next(item for item in documents if item["kind"] == "KubeadmConfigTemplate")["spec"]["template"][
        "spec"
    ]["joinConfiguration"]["nodeRegistration"]

    assert flags(registration["kubeletExtraArgs"])["node-labels"] == "groundplan.dev/pool=app,tier=front"
    assert registration["taints"] == [{"key": "dedicated", "value": "app", "effect": "NoSchedule"}]
    notes = next(item for item in documents if item["kind"] == "MachineDeployment")["metadata"]["annotations"]
    assert notes["capacity.cluster-autoscaler.kubernetes.io/taints"] == "dedicated=app:NoSchedule"


def test_a_machine_that_does_not_answer_is_replaced_and_a_cluster_that_does_not_is_left_alone() -> None:
    checks = {item["metadata"]["name"]: item["spec"] for item in a_cluster() if item["kind"] == "MachineHealthCheck"}

    assert set(checks) == {"app-1", "app-2", "app-3", "shop-control-plane"}
    assert checks["shop-control-plane"]["remediation"]["triggerIf"] == {"unhealthyLessThanOrEqualTo": 1}
    assert checks["app-1"]["remediation"]["triggerIf"] == {"unhealthyLessThanOrEqualTo": "40%"}
    statuses = [item["status"] for item in checks["app-1"]["checks"]["unhealthyNodeConditions"]]
    assert statuses == ["Unknown", "False"]


@pytest.mark.parametrize(("number", "parts"), [(3, [1, 1, 1]), (50, [17, 17, 16]), (1, [1, 0, 0]), (0, [0, 0, 0])])
def test_numbers_are_shared_as_equally_as_they_can_be(number: int, parts: list[int]) -> None:
    assert shares(number, 3) == parts


def test_the_next_minor_is_one_key() -> None:
    newer = a_cluster('cluster: {kubernetes: "1.33"}')

    assert the(newer, "KubeadmControlPlane")["spec"]["version"] == patch_of("1.33")
    assert {item["spec"]["template"]["spec"]["version"] for item in newer if item["kind"] == "MachineDeployment"} == {
        patch_of("1.33")
    }


def test_releases_of_cluster_api_fit_the_management_cluster_and_its_oldest_cluster() -> None:
    assert release_for("1.32", "1.28") == "v1.11.11"
    assert release_for("1.32", "1.30") == "v1.13.5"


def test_what_no_release_can_do_is_said() -> None:
    with pytest.raises(ConstructError, match=r"no release runs on Kubernetes 1\.35 and makes clusters of 1\.28"):
        release_for("1.35", "1.28")
