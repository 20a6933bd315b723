"""Tables answer for everything that is rendered."""

from __future__ import annotations

from pathlib import Path

from rendering import an_environment, rendered

from groundplan.checks.inventory import read_inventory
from groundplan.review.fields import joined, leaves
from groundplan.review.semantics import table_of, tables
from machines import KNOWN, MACHINES

IDENTITY = ("apiVersion", "kind")


def test_every_field_of_every_committed_object_has_a_meaning(repository: Path) -> None:
    unknown = set()
    for item in read_inventory(repository).objects:
        table = table_of(item.group, item.kind)
        if table is None:
            unknown.add(f"{item.group}/{item.kind}")
            continue
        for path, _ in leaves(dict(item.document)):
            if path[0] not in IDENTITY and table.meaning(path) is None:
                unknown.add(f"{item.group}/{item.kind}: {joined(path)}")

    assert unknown == set()


def test_clouds_and_stores_bring_their_own_tables() -> None:
    assert {
        "apps/Deployment",
        "postgresql.cnpg.io/Cluster",
        "controlplane.cluster.x-k8s.io/KubeadmControlPlane",
        "s3.services.k8s.aws/Bucket",
        "keyvault.azure.com/Vault",
    } <= set(tables())


def test_what_loses_something_says_what() -> None:
    silent = [kind for kind, table in tables().items() if table.deletion == "stateful deletion" and not table.loses]

    assert silent == []


def test_every_field_of_a_cluster_of_machines_has_a_meaning() -> None:
    """No environment here has one, so what the tests render is asked."""
    unknown = set()
    for document in rendered(an_environment(MACHINES, KNOWN), "cluster"):
        group = document["apiVersion"].rpartition("/")[0]
        table = table_of(group, document["kind"])
        assert table is not None, f"{group}/{document['kind']}"
        paths = [path for path, _ in leaves(document) if path[0] not in IDENTITY]
        unknown |= {f"{document['kind']}: {joined(path)}" for path in paths if table.meaning(path) is None}

    assert unknown == set()
