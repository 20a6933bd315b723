"""The shop on a cluster that is not GKE's: its pods prove who they are by a token of the cluster's, which Google exchanges."""

from __future__ import annotations

import copy
import importlib
import json
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from gcp_shop import SYSTEM, beside_the_others

from groundplan.checks import GATES
from groundplan.checks.gate import Context
from groundplan.checks.inventory import Inventory
from groundplan.checks.runner import read
from groundplan.errors import Severity

pytestmark = pytest.mark.slow

Json = dict[str, Any]
GKE = """    gke: {channel: REGULAR, maintenance: {begin: "2026-11-21T17:00:00Z", hours: 4}}
    access: {platform: {member: "group:platform@example.com", level: admin}}
"""
POOL = "//iam.googleapis.com/projects/123456789012/locations/global/workloadIdentityPools/shop-live/providers/cluster"
SPARED = {
    "drift": "compares with a fresh synth",
    "requirements": "the shop has no catalogue",
    "charts": "facts of the charts with these values are not recorded",
    "support": "the exemption is of the cluster that GKE makes",
    "cold_start": "who makes the cluster brings its context",
}
"""Gates that do not judge this shop, and why."""


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> tuple[Inventory, Context]:
    """What is rendered where the cluster is somebody's whose issuer is known."""
    assert GKE in SYSTEM
    system = SYSTEM.replace(GKE, "    issuer: https://issuer.shop.example\n")
    system = re.sub(r"^backups:\n(?:  .*\n)+", "", system, flags=re.MULTILINE)  # its accounts are those of a chart
    system = re.sub(r"^  restore-test-asks-the-api:\n(?:    .*\n)+", "", system, flags=re.MULTILINE)
    root: Path = beside_the_others(tmp_path_factory.mktemp("federation") / "repository", system=system)
    for words in (["synth", "shop"], ["report"]):
        command = [sys.executable, "-m", "groundplan.cli.main", "--root", str(root), *words]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
    return read(root)


def found(gate: str, inventory: Inventory, context: Context) -> set[str]:
    """What closes a gate in the strict run, of the shop alone."""
    module = next(one.module for one in GATES if one.name == gate)
    return {
        f"{item.location.file}: {item.rule}: {item.message}"
        for item in importlib.import_module(module).run(inventory, context).findings
        if item.severity in (Severity.ERROR, Severity.NOT_JUDGED) and "shop" in item.location.file
    }


def one(world: tuple[Inventory, Context], kind: str, name: str) -> Json:
    return next(
        dict(item.document)
        for item in world[0]
        if item.scope == "shop/live" and item.kind == kind and item.name == name
    )


@pytest.mark.parametrize("gate", [gate.name for gate in GATES if gate.name not in SPARED])
def test_a_gate_passes(gate: str, world: tuple[Inventory, Context]) -> None:
    assert found(gate, *world) == set()


def test_a_pod_finds_its_token_and_what_to_do_with_it(world: tuple[Inventory, Context]) -> None:
    template = one(world, "Deployment", "web")["spec"]["template"]
    container = template["spec"]["containers"][0]
    config = json.loads(template["metadata"]["annotations"]["groundplan.dev/google-identity"])
    (volume,) = [item for item in template["spec"]["volumes"] if item["name"] == "platform-credentials"]
    item, token = volume["projected"]["sources"]

    assert config["type"] == "external_account"
    assert config["audience"] == POOL
    assert config["credential_source"]["file"] == "/projected/token"
    assert token["serviceAccountToken"]["audience"] == f"https:{POOL}"
    assert item["downwardAPI"]["items"][0]["path"] == "credentials.json"
    assert {"name": "GOOGLE_APPLICATION_CREDENTIALS", "value": "/projected/credentials.json"} in container["env"]
    assert {"name": "platform-credentials", "mountPath": "/projected", "readOnly": True} in container["volumeMounts"]


def test_a_database_finds_them_too(world: tuple[Inventory, Context]) -> None:
    spec = one(world, "Cluster", "orders")["spec"]
    (token,) = [item for item in spec["projectedVolumeTemplate"]["sources"] if "serviceAccountToken" in item]

    assert token["serviceAccountToken"]["audience"] == f"https:{POOL}"
    assert "groundplan.dev/google-identity" in spec["inheritedMetadata"]["annotations"]
    assert "serviceAccountTemplate" not in spec


def test_google_trusts_the_issuer_and_nobody_elses_token(world: tuple[Inventory, Context]) -> None:
    oidc = one(world, "IAMWorkloadIdentityPoolProvider", "pods")["spec"]["oidc"]

    assert oidc == {"issuerUri": "https://issuer.shop.example", "allowedAudiences": [f"https:{POOL}"]}
    assert not [item for item in world[0] if item.kind == "ContainerCluster" and item.scope == "shop/live"]


def _audience(document: Json) -> None:
    document["spec"]["oidc"]["allowedAudiences"] = ["https://iam.googleapis.com/somewhere-else"]


def _no_volume(document: Json) -> None:
    spec = document["spec"]["template"]["spec"]
    spec["volumes"] = [item for item in spec["volumes"] if item["name"] != "platform-credentials"]


def _no_projection(document: Json) -> None:
    del document["spec"]["projectedVolumeTemplate"]


def _closed(document: Json) -> None:
    document["spec"]["egress"] = []


PLANTED: list[tuple[str, str, str, Callable[[Json], None], str]] = [
    ("identity", "IAMWorkloadIdentityPoolProvider", "pods", _audience, "identity.token"),
    ("identity", "Deployment", "web", _no_volume, "identity.token"),
    ("identity", "Cluster", "orders", _no_projection, "identity.token"),
    ("reachability", "NetworkPolicy", "web", _closed, "its rights are for services of Google"),
]


@pytest.mark.parametrize(("gate", "kind", "name", "change", "rule"), PLANTED)
def test_a_planted_fault_is_found(
    gate: str, kind: str, name: str, change: Callable[[Json], None], rule: str, world: tuple[Inventory, Context]
) -> None:
    inventory, context = world
    objects = []
    for item in inventory:
        if item.scope == "shop/live" and item.kind == kind and item.name == name:
            document = copy.deepcopy(dict(item.document))
            change(document)
            item = replace(item, document=document)
        objects.append(item)

    assert any(
        rule in text for text in found(gate, Inventory(inventory.root, tuple(objects), inventory.other_files), context)
    )
