"""What objects of the operator refer to by name."""

from __future__ import annotations

from collections.abc import Iterator

from groundplan.checks.inventory import Identity
from groundplan.checks.kind_links import EXTERNAL_CLUSTER, find
from groundplan.checks.link import Document, Link

CNPG = "postgresql.cnpg.io"
BARMAN = "barmancloud.cnpg.io"

KEY_SELECTOR_GROUPS = frozenset({CNPG, BARMAN})
"""Groups in which a mapping of `name` and `key` alone picks a key of a Secret, whatever the field is called."""


def _of_postgres_cluster(document: Document, namespace: str) -> Iterator[Link]:
    name = document["spec"].get("cluster", {}).get("name")
    if name:
        yield Link(Identity(CNPG, "Cluster", namespace, name), ("spec", "cluster", "name"))


def _postgres_cluster(document: Document, namespace: str) -> Iterator[Link]:
    spec = document["spec"]
    for path, name in find(spec, "barmanObjectName", ("spec",)):
        yield Link(Identity(BARMAN, "ObjectStore", namespace, name), path)
    declared = {item["name"] for item in spec.get("externalClusters", [])}
    for within in ("replica", "bootstrap"):
        for path, name in find(spec.get(within, {}), "source", ("spec", within)):
            if isinstance(name, str) and name not in declared:
                yield Link(Identity("", EXTERNAL_CLUSTER, namespace, name), path)


LINKS = {
    (CNPG, "Backup"): _of_postgres_cluster,
    (CNPG, "Cluster"): _postgres_cluster,
    (CNPG, "Database"): _of_postgres_cluster,
    (CNPG, "Pooler"): _of_postgres_cluster,
    (CNPG, "ScheduledBackup"): _of_postgres_cluster,
}
