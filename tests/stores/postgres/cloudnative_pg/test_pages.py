"""How a database of CloudNativePG comes back, and that what people pipe through jq makes the object they need."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from typing import Any

import pytest
from systems import BASE, a_system

from groundplan.documents import pages

ARCHIVE = {"bucket": "store-backups", "prefix": "postgres/wal/", "keep": "30d"}
ENGINE = {"cloudnative-pg": {**BASE["data"]["db"]["engine"]["cloudnative-pg"], "archive": ARCHIVE}}
DAMAGED: dict[str, Any] = {
    "apiVersion": "postgresql.cnpg.io/v1",
    "kind": "Cluster",
    "metadata": {"name": "db", "namespace": "shop", "labels": {"app": "db"}, "uid": "1"},
    "spec": {
        "instances": 2,
        "imageName": "postgres:16",
        "bootstrap": {"initdb": {}},
        "plugins": [{"name": "barman"}],
        "serviceAccountTemplate": {"metadata": {}},
    },
}


def _page() -> str:
    dump = {"bucket": "store-backups", "prefix": "daily/", "schedule": "0 3 * * *"}
    return pages(a_system(data={"db": {**BASE["data"]["db"], "engine": ENGINE, "dump": dump}}))["backup-and-restore.md"]


@pytest.mark.skipif(shutil.which("jq") is None, reason="no jq on this machine: what it makes was not looked at")
def test_the_restored_cluster_is_like_the_damaged_one_but_reads_its_archive() -> None:
    program = re.findall(r"jq '(.*?)' \|", _page(), re.DOTALL)[1]
    made = subprocess.run(["jq", program], input=json.dumps(DAMAGED), capture_output=True, text=True, check=True).stdout

    restored = json.loads(made)

    assert restored["metadata"] == {"name": "db-restored", "namespace": "shop", "labels": {"app": "db"}}
    assert restored["spec"] == {
        "instances": 1,
        "imageName": "postgres:16",
        "serviceAccountName": "db",
        "bootstrap": {
            "recovery": {"source": "archive", "recoveryTarget": {"targetTime": "2026-01-31 03:00:00.000000+00"}}
        },
        "externalClusters": restored["spec"]["externalClusters"],
    }
    plugin = restored["spec"]["externalClusters"][0]["plugin"]
    assert plugin["parameters"] == {"barmanObjectName": "db", "serverName": "db-production"}


def test_a_dump_is_restored_by_who_may_make_databases() -> None:
    page = _page()

    assert "exec --stdin service/db-rw --container postgres -- createdb --owner app app_restored" in page
    assert "pg_restore --dbname app_restored --role app --exit-on-error --no-owner < app_20260131.dump" in page
