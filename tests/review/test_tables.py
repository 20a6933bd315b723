"""Tables answer for everything that is rendered."""

from __future__ import annotations

from pathlib import Path

from groundplan.checks.inventory import read_inventory
from groundplan.review.fields import joined, leaves
from groundplan.review.semantics import table_of, tables

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
        "s3.services.k8s.aws/Bucket",
        "keyvault.azure.com/Vault",
    } <= set(tables())


def test_what_loses_something_says_what() -> None:
    silent = [kind for kind, table in tables().items() if table.deletion == "stateful deletion" and not table.loses]

    assert silent == []
