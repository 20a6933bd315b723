"""The dump of a database that Azure runs: made in the cluster, uploaded as an identity, without a key."""

from __future__ import annotations

import pytest
from tests.support.azure_shop import AZURE_SHOP, ID
from tests.support.rendering import Json, an_environment, rendered, the

from groundplan.documents import backup
from groundplan.facts.system import System

DUMPED = f"""
ids: {{client.backups: {ID}}}
cluster: {{node_pools: {{app: {{instance: Standard_D4s_v3, cpu: 4, memory: 16Gi, min: 2, max: 6, taint: {{key: app}}}}}}}}
data: {{orders: {{dump: {{schedule: 0 2 * * *, time_zone: Asia/Seoul, bucket: backups, node_pool: app}}}}}}
"""


def documents(component: str = "backup") -> list[Json]:
    return rendered(an_environment(DUMPED, base=AZURE_SHOP), component)


@pytest.fixture
def pod() -> Json:
    spec: Json = the(documents(), "CronJob")["spec"]["jobTemplate"]["spec"]["template"]["spec"]
    return spec


def test_the_dump_is_made_over_the_servers_own_address(pod: Json) -> None:
    env = {item["name"]: item for item in pod["initContainers"][0]["env"]}

    assert env["POSTGRES_HOST"]["value"] == "pgdb-shop-live.postgres.database.azure.com"
    assert env["PGSSLMODE"]["value"] == "require"


def test_it_is_uploaded_as_an_identity_and_without_a_key(pod: Json) -> None:
    script = pod["containers"][0]["command"][2]

    assert "--account-name stshoplivebackup --container-name backups" in script
    assert "--auth-mode login" in script
    assert "--federated-token" in script
    assert [item["name"] for item in pod["containers"][0]["env"]] == ["HOME"]


def test_the_pod_takes_on_the_identity_of_backups() -> None:
    account = the(documents(), "ServiceAccount", "postgres-backup")
    job = the(documents(), "CronJob")["spec"]["jobTemplate"]["spec"]["template"]
    trusted = the(documents("cloud"), "FederatedIdentityCredential", "id-shop-live-backups-web-postgres-backup")

    assert account["metadata"]["annotations"] == {"azure.workload.identity/client-id": ID}
    assert job["metadata"]["labels"]["azure.workload.identity/use"] == "true"
    assert trusted["spec"]["subject"] == "system:serviceaccount:web:postgres-backup"


def test_it_reaches_the_database_subnet_and_the_internet_side_of_azure() -> None:
    egress = the(documents(), "NetworkPolicy")["spec"]["egress"]

    blocks = [peer["ipBlock"]["cidr"] for rule in egress for peer in rule["to"] if "ipBlock" in peer]
    assert blocks == ["10.0.2.0/24", "0.0.0.0/0"]


def test_it_runs_where_it_is_told_to(pod: Json) -> None:
    assert pod["nodeSelector"] == {"groundplan.dev/pool": "app"}
    assert pod["tolerations"][0]["key"] == "app"


def test_a_dump_that_fails_or_stays_away_is_told() -> None:
    alerts = {
        rule["alert"]
        for item in documents("alerts")
        if item["kind"] == "PrometheusRule"
        for group in item["spec"]["groups"]
        for rule in group["rules"]
    }

    assert {"BackupJobFailed", "BackupMissing"} <= alerts


def test_the_runbook_says_where_the_dump_is_and_how_it_comes_back() -> None:
    page = backup.page(System((an_environment(DUMPED, base=AZURE_SHOP),))) or ""

    assert "| orders | logical dump, compressed | `0 2 * * *` Asia/Seoul | container backups, postgres/daily/ |" in page
    assert "az storage blob download --auth-mode login --account-name stshoplivebackup --container-name backups" in page
