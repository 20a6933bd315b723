"""A whole environment on Google Cloud beside the others: every gate passes, and each fact of Google's that a gate reads is broken."""

from __future__ import annotations

import copy
import importlib
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from gcp_shop import beside_the_others

from groundplan.checks import GATES
from groundplan.checks.gate import Context
from groundplan.checks.inventory import Inventory
from groundplan.checks.runner import read
from groundplan.errors import Severity
from groundplan.review.fields import joined, leaves
from groundplan.review.semantics import table_of

pytestmark = pytest.mark.slow

Json = dict[str, Any]
FATAL = (Severity.ERROR, Severity.NOT_JUDGED)
SPARED = {"drift", "requirements"}
"""Gates that read no object of the shop: the comparison with a fresh synth, and catalogues, of which it has none."""


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """This repository with the shop in it, rendered and measured."""
    root = beside_the_others(tmp_path_factory.mktemp("whole") / "repository")
    for words in (["synth", "shop"], ["report"]):
        command = [sys.executable, "-m", "groundplan.cli.main", "--root", str(root), *words]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
    return root


@pytest.fixture(scope="module")
def world(repository: Path) -> tuple[Inventory, Context]:
    """Everything that is rendered, and the environments that explain it."""
    return read(repository)


def found(gate: str, inventory: Inventory, context: Context) -> set[str]:
    """What closes a gate in the strict run, of the shop alone."""
    module = next(one.module for one in GATES if one.name == gate)
    verdict = importlib.import_module(module).run(inventory, context)
    texts = {
        f"{item.location.file}: {item.rule}: {item.message}" for item in verdict.findings if item.severity in FATAL
    }
    return {text for text in texts if "shop" in text.partition(": ")[0]}


@pytest.mark.parametrize("gate", [gate.name for gate in GATES if gate.name not in SPARED])
def test_a_gate_passes(gate: str, world: tuple[Inventory, Context]) -> None:
    assert found(gate, *world) == set()


def test_the_shop_is_there(world: tuple[Inventory, Context]) -> None:
    inventory, _ = world
    own = [item for item in inventory if item.scope == "shop/live"]
    google = {item.kind for item in own if item.group.endswith("cnrm.cloud.google.com")}

    assert len(own) > 200
    assert len(google) >= 25


def test_every_field_has_a_meaning_in_a_review(world: tuple[Inventory, Context]) -> None:
    unknown = {
        f"{item.kind}: {joined(path)}"
        for item in world[0]
        if item.scope == "shop/live"
        for path, _ in leaves(dict(item.document))
        if path[0] not in ("apiVersion", "kind")
        and ((table := table_of(item.group, item.kind)) is None or table.meaning(path) is None)
    }

    assert unknown == set()


def test_no_name_of_another_cloud_is_rendered(repository: Path) -> None:
    rendered = [path for path in (repository / "dist/shop").rglob("*.yaml") if path.parts[-4:-3] != ("pipelines",)]
    words = ("amazonaws", "azure", "arn:aws", "s3://", "services.k8s.aws")

    assert [str(path) for path in rendered if any(word in path.read_text("utf-8") for word in words)] == []


def _set(*path: str | int, to: Any) -> Callable[[Json], None]:
    def change(document: Json) -> None:
        place: Any = document
        for step in path[:-1]:
            place = place[step]
        place[path[-1]] = to

    return change


def _drop(*path: str | int) -> Callable[[Json], None]:
    def change(document: Json) -> None:
        place: Any = document
        for step in path[:-1]:
            place = place[step]
        del place[path[-1]]

    return change


MEMBER = "IAMPolicyMember"
PLANTED: list[tuple[str, str, str, Callable[[Json], None] | None, str]] = [
    # gate, kind, beginning of the object's name, what is changed (None: it is gone), part of what is found
    ("identity", MEMBER, "shop-shop-payment", None, "identity.lacks"),
    ("identity", MEMBER, "shop-shop-payment", _set("spec", "role", to="roles/secretmanager.viewer"), "identity.lacks"),
    ("identity", MEMBER, "shop-shop-payment", _set("spec", "role", to="roles/owner"), "identity.takes-over"),
    ("identity", MEMBER, "shop-shop-payment", _set("spec", "resourceRef", to={"kind": "Project", "external": "projects/shop-production"}), "identity.everywhere"),
    ("identity", MEMBER, "orders-shop-example-backups-orders", _set("spec", "condition", "expression", to='resource.name.startsWith("projects/_/buckets/shop-example-backups/objects/other/")'), "identity.lacks"),
    ("identity", MEMBER, "orders-shop-example-backups-storage", None, "identity.lacks"),
    ("identity", MEMBER, "postgres-backup-shop", None, "identity.no"),
    ("identity", MEMBER, "postgres-backup-restore-test", None, "identity.no"),
    ("identity", MEMBER, "external-dns-shop-live-dns-records", None, "identity.lacks"),
    ("identity", "IAMCustomRole", "dns-records", _set("spec", "permissions", to=["dns.changes.create"]), "identity.lacks"),
    ("identity", "IAMCustomRole", "dns-zones", _set("spec", "permissions", to=["dns.managedZones.list", "dns.managedZones.delete"]), "identity.unused"),
    ("identity", MEMBER, "nodes-artifactregistry", None, "identity.lacks"),
    ("identity", MEMBER, "nodes-container", None, "identity.lacks"),
    ("identity", MEMBER, "key-objects-asia", None, "identity.lacks"),
    ("identity", MEMBER, "key-disks", None, "identity.no"),
    ("identity", MEMBER, "web-shop-example-assets", None, "identity.no"),
    ("identity", MEMBER, "image-publisher", None, "identity.no"),
    ("identity", MEMBER, "web-shop-example-assets", _set("spec", "member", to="principal://iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/other.svc.id.goog/subject/ns/shop/sa/web"), "identity.cluster"),
    ("identity", MEMBER, "web-shop-example-assets", _set("spec", "member", to="principal://iam.googleapis.com/projects/123456789012/locations/global/workloadIdentityPools/shop-production.svc.id.goog/subject/ns/shop/sa/nobody"), "identity.subject"),
    ("identity", "IAMWorkloadIdentityPoolProvider", "image-publisher", _drop("spec", "attributeCondition"), "identity.trust"),
    ("identity", "SecretStore", "secret-manager", _set("spec", "provider", "gcpsm", "auth", "workloadIdentity", "clusterName", to="another"), "identity.cluster"),
    ("identity", "ContainerNodePool", "app", _drop("spec", "nodeConfig", "serviceAccountRef"), "identity.no-identity"),
    ("exposure", "ContainerCluster", "cluster", _set("spec", "privateClusterConfig", "enablePrivateEndpoint", to=False), "exposure.public"),
    ("exposure", "ContainerCluster", "cluster", _drop("spec", "databaseEncryption"), "exposure.encryption"),
    ("exposure", "ContainerNodePool", "app", _set("spec", "nodeConfig", "workloadMetadataConfig", "mode", to="GCE_METADATA"), "exposure.keys"),
    ("exposure", "ContainerNodePool", "app", _set("spec", "networkConfig", "enablePrivateNodes", to=False), "exposure.public"),
    ("exposure", "StorageBucket", "shop-example-backups", _set("spec", "publicAccessPrevention", to="inherited"), "exposure.public"),
    ("exposure", "StorageBucket", "shop-example-audit", _drop("spec", "encryption"), "exposure.encryption"),
    ("exposure", MEMBER, "orders-shop-example-backups-orders", _set("spec", "member", to="allUsers"), "exposure.public"),
    ("exposure", MEMBER, "cdn-files", _set("spec", "role", to="roles/storage.objectViewer"), "exposure.public"),
    ("exposure", "ComputeFirewall", "public", _set("spec", "allow", 0, "ports", to=["443", "5432"]), "exposure.firewall"),
    ("exposure", "ComputeFirewall", "inside", _set("spec", "sourceRanges", to=["0.0.0.0/0"]), "exposure.firewall"),
    ("exposure", "ComputeSSLPolicy", "cdn", _set("spec", "minTlsVersion", to="TLS_1_0"), "exposure.tls"),
    ("exposure", "ComputeForwardingRule", "cdn", None, "exposure.dangling"),
    ("reachability", "ComputeFirewall", "inside", None, "reachability.firewall"),
    ("reachability", "ComputeFirewall", "everything-else", _set("spec", "priority", to=10), "reachability.firewall"),
    ("reachability", "NetworkPolicy", "postgres-backup", _set("spec", "egress", to=[]), "reachability.egress"),
    ("reachability", MEMBER, "web-shop-example-assets", None, "reachability.undeclared"),
    ("credentials", "SecretManagerSecret", "shop-payment", None, "credentials.no-key"),
    ("delivery", "StorageBucket", "shop-example-backups", _drop("metadata", "annotations", "argocd.argoproj.io/sync-options"), "delivery.prune"),
    ("delivery", "KMSCryptoKey", "disks", _drop("metadata", "annotations", "argocd.argoproj.io/sync-options"), "delivery.prune"),
    ("references", "ComputeNetwork", "network", None, "references"),
    ("references", "IAMServiceAccount", "nodes", None, "references"),
    ("references", "KMSKeyRing", "keys-asia", None, "references"),
    ("references", "ComputeAddress", "cdn", None, "references"),
    ("capacity", "ContainerNodePool", "app", _set("spec", "autoscaling", "totalMaxNodeCount", to=2), "capacity"),
    ("capacity", "ContainerNodePool", "app", _set("spec", "nodeConfig", "diskSizeGb", to=20), "capacity"),
    ("capacity", "ComputeSubnetwork", "nodes", _set("spec", "secondaryIpRange", 0, "ipCidrRange", to="10.64.0.0/22"), "capacity"),
    ("capacity", "ContainerNodePool", "app", _set("spec", "nodeConfig", "machineType", to="x9-huge"), "capacity"),
    ("support", "ContainerCluster", "cluster", _set("spec", "minMasterVersion", to="1.99"), "support"),
    ("identity", MEMBER, "velero-shop-example-backups-cluster", None, "identity.lacks"),
    ("identity", MEMBER, "velero-shop-example-backups-storage", None, "identity.lacks"),
    ("identity", "BackupStorageLocation", "default", _set("spec", "objectStorage", "prefix", to="elsewhere"), "identity.lacks"),
    ("intent", "BackupStorageLocation", "default", _set("spec", "objectStorage", "bucket", to="shop-example-audit"), "intent.stated"),
    ("intent", "Schedule", "daily", _set("spec", "template", "ttl", to="24h0m0s"), "intent.stated"),
    ("intent", "Schedule", "weekly", _set("spec", "schedule", to="0 19 1 1 *"), "intent.stated"),
    ("intent", "Schedule", "monthly", _set("spec", "paused", to=True), "intent.stated"),
    ("intent", "Schedule", "daily", _set("spec", "template", "snapshotMoveData", to=False), "intent.stated"),
    ("intent", "Schedule", "daily", None, "intent.untested"),
    ("intent", "CronJob", "restore-test", None, "intent.untested"),
    ("intent", "CronJob", "restore-test", _set("spec", "suspend", to=True), "intent.asleep"),
    ("references", "BackupStorageLocation", "default", None, "references"),
    ("references", "ConfigMap", "volumes", None, "references"),
    ("reachability", "NetworkPolicy", "velero", _set("spec", "ingress", to=[]), "reachability"),
    ("reachability", "NetworkPolicy", "velero", _set("spec", "egress", to=[]), "reachability"),
    ("schema", "Schedule", "daily", _set("spec", "template", "tttl", to="720h"), "schema"),
    ("schema", "StorageBucket", "shop-example-audit", _set("spec", "versionning", to={}), "schema"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("gate", "kind", "name", "change", "text"),
    PLANTED,
    ids=[f"{row[0]}-{row[2]}-{row[4]}-{n}" for n, row in enumerate(PLANTED)],
)
def test_a_planted_fault_is_found(
    gate: str,
    kind: str,
    name: str,
    change: Callable[[Json], None] | None,
    text: str,
    world: tuple[Inventory, Context],
) -> None:
    inventory, context = world
    chosen = [
        item for item in inventory if item.scope == "shop/live" and item.kind == kind and item.name.startswith(name)
    ]
    assert chosen, f"no {kind} is called {name}"
    objects = []
    for item in inventory:
        if item is not chosen[0]:
            objects.append(item)
        elif change is not None:
            document = copy.deepcopy(dict(item.document))
            change(document)
            objects.append(replace(item, document=document))

    broken = Inventory(inventory.root, tuple(objects), inventory.other_files)

    new = found(gate, broken, context) - found(gate, inventory, context)
    assert [line for line in new if text in line], sorted(new)
