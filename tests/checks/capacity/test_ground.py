"""Addresses, disks of nodes, machines that nobody describes, and bursts that end."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from clusters import a_deployment, a_pod, judged, messages, put_all, rules
from trees import a_context, an_environment, an_object, inventory, put

from groundplan.checks import capacity
from groundplan.checks.gate import Verdict
from groundplan.errors import Severity
from groundplan.yaml.text import to_yaml

AZURE = {
    "azure": {
        "region": "koreacentral",
        "zones": ["1"],
        "subscription": "00000000-0000-0000-0000-000000000000",
        "tenant": "00000000-0000-0000-0000-000000000000",
        "network": {"cidr": "10.0.0.0/16", "subnets": {"application": {"cidr": "10.0.1.0/24"}}},
    }
}


def on_azure(root: Path, block: str = "10.0.1.0/24", **profile: Any) -> Verdict:
    reference = {"group": "network.azure.com", "kind": "VirtualNetworksSubnet", "name": "snet"}
    pool = {"name": "app", "vmSize": "Standard_D4s_v3", "count": 2, "vnetSubnetReference": reference, **profile}
    spec = {
        "kubernetesVersion": "1.32",
        "agentPoolProfiles": [pool],
        "networkProfile": {"networkPluginMode": "overlay"},
        "autoScalerProfile": {},
    }
    _cloud(root, "ManagedCluster", "aks", "containerservice.azure.com/v1api20240901", spec)
    _cloud(root, "VirtualNetworksSubnet", "snet", "network.azure.com/v1api20240301", {"addressPrefix": block})
    pools = {"app": {"instance": "Standard_D4s_v3", "cpu": 4, "memory": "16Gi", "min": 1, "max": 2}}
    environment = an_environment(platform=AZURE, cluster={"name": "store", "kubernetes": "1.32", "node_pools": pools})
    return capacity.run(inventory(root), a_context(root, environment))


def _cloud(root: Path, kind: str, name: str, version: str, spec: Any) -> None:
    document = {
        "apiVersion": version,
        "kind": kind,
        "metadata": {"name": name, "namespace": "store-prod"},
        "spec": spec,
    }
    put(root, document, "cluster")


def pods_on_app(**spec: Any) -> dict[str, Any]:
    """The system's own pods ask for a label that only a system pool has, so the pool is called one."""
    return a_deployment(pod=a_pod("100m", **spec))


SYSTEM = {"mode": "System"}


def test_a_subnet_that_holds_the_nodes_of_an_upgrade_is_no_finding(tmp_path: Path) -> None:
    put_all(tmp_path, pods_on_app())

    assert on_azure(tmp_path, **SYSTEM).findings == ()


def test_a_subnet_whose_addresses_end_before_the_nodes_do_is_found(tmp_path: Path) -> None:
    [message] = messages(on_azure(tmp_path, "10.0.1.0/29", count=3, **SYSTEM))

    assert "has 3 addresses; 4 nodes of app, an upgrade's included, and their pods take 4" in message


def test_a_pod_that_does_not_stand_the_taint_of_spot_nodes_is_found(tmp_path: Path) -> None:
    put_all(tmp_path, pods_on_app())

    found = [message for message in messages(on_azure(tmp_path, scaleSetPriority="Spot", **SYSTEM)) if "web" in message]

    assert "kubernetes.azure.com/scalesetpriority=spot:NoSchedule" in found[0]


def test_a_machine_that_no_table_describes_is_not_judged(tmp_path: Path) -> None:
    put_all(tmp_path, pods_on_app())

    verdict = on_azure(tmp_path, vmSize="Standard_Z1", **SYSTEM)

    assert [(finding.rule, finding.severity) for finding in verdict.findings] == [
        ("capacity.machine", Severity.NOT_JUDGED)
    ]
    assert verdict.judged == 0


def test_a_machine_that_saves_up_for_bursts_is_told_where_more_is_requested_for_ever(tmp_path: Path) -> None:
    put_all(tmp_path, a_deployment(pod=a_pod("2")))

    [finding] = on_azure(tmp_path, vmSize="Standard_B4ms", **SYSTEM).findings

    assert (finding.rule, finding.severity) == ("capacity.burstable", Severity.WARNING)


def test_a_scratch_space_larger_than_a_node_s_disk_is_found(tmp_path: Path) -> None:
    resources = {"requests": {"cpu": "100m", "ephemeral-storage": "60Gi"}}
    put_all(tmp_path, a_deployment(pod=a_pod(resources=resources)))

    verdict = judged(tmp_path, server={"cpu": "4", "memory": "8Gi", "disk": "50Gi"})

    assert "capacity.disk" in rules(verdict)


def a_dump(scratch: str, host: str = "db-rw") -> dict[str, Any]:
    pod = a_pod(volumes=[{"name": "scratch", "emptyDir": {"sizeLimit": scratch}}])
    pod["spec"]["containers"][0]["env"] = [{"name": "POSTGRES_HOST", "value": host}]
    return an_object("CronJob", "dump", "batch/v1", spec={"jobTemplate": {"spec": {"template": pod}}})


@pytest.mark.parametrize(("scratch", "found"), [("20Gi", {"capacity.scratch"}), ("50Gi", set())])
def test_a_dump_needs_scratch_space_by_the_volume_of_its_database(
    tmp_path: Path, scratch: str, found: set[str]
) -> None:
    database = an_object("Cluster", "db", "postgresql.cnpg.io/v1", spec={"instances": 1, "storage": {"size": "100Gi"}})
    put_all(tmp_path, database, a_dump(scratch))

    assert rules(judged(tmp_path, server={"cpu": "8", "memory": "16Gi"})) == found


def test_a_dump_of_a_rented_database_too(tmp_path: Path) -> None:
    spec = {"azureName": "pgdb", "storage": {"storageSizeGB": 256}}
    _cloud(tmp_path, "FlexibleServer", "pgdb", "dbforpostgresql.azure.com/v1api20240801", spec)
    put_all(tmp_path, a_dump("20Gi", "pgdb.postgres.database.azure.com"))

    [message] = messages(judged(tmp_path, server={"cpu": "8", "memory": "16Gi"}))

    assert "has 20Gi of scratch space, less than half of the 256Gi of FlexibleServer pgdb" in message


def jobs_of_a_template(cpu: str, memory: str, count: int = 5) -> list[dict[str, Any]]:
    job = {"kind": "Job", "apiVersion": "batch/v1", "metadata": {"namespace": "builds"}}
    text = to_yaml({**job, "spec": {"template": a_pod(cpu, memory)}})
    quota = {"hard": {"count/jobs.batch": str(count)}}
    return [
        an_object("ConfigMap", "template", data={"job.yaml": text}),
        an_object("ResourceQuota", "jobs", namespace="builds", spec=quota),
    ]


@pytest.mark.parametrize(
    ("cpu", "memory", "count", "said"),
    [
        ("250m", "1Gi", 5, []),
        ("100m", "256Mi", 1, []),
        ("100m", "1Gi", 5, ["requests 0.1 of the 1 cores it takes: with 5 at once a run may take up to 10 times"]),
        ("1", "512Mi", 5, ["requests 0.5Gi of the 1Gi of memory it takes: 5 at once"]),
    ],
)
def test_jobs_that_ask_for_far_less_than_they_take_are_found(
    tmp_path: Path, cpu: str, memory: str, count: int, said: list[str]
) -> None:
    put_all(tmp_path, *jobs_of_a_template(cpu, memory, count))

    found = [str(one) for one in judged(tmp_path, server={"cpu": "32", "memory": "64Gi"}).findings]

    assert [text for text in said if not any(text in line for line in found)] == []
    assert len(found) == len(said)
