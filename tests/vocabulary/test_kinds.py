"""What lives in a namespace and what does not."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
import yaml

from groundplan.kubernetes.kinds import api_group, is_cluster_scoped


def test_the_core_group_has_no_name() -> None:
    assert api_group("v1") == ""
    assert api_group("apps/v1") == "apps"


@pytest.mark.parametrize(
    ("api_version", "kind"),
    [("v1", "Namespace"), ("storage.k8s.io/v1", "StorageClass"), ("constraints.gatekeeper.sh/v1beta1", "AnyKindAtAll")],
)
def test_some_kinds_live_outside_namespaces(api_version: str, kind: str) -> None:
    assert is_cluster_scoped(api_version, kind)


@pytest.mark.parametrize(
    ("api_version", "kind"), [("v1", "Service"), ("apps/v1", "Deployment"), ("cert-manager.io/v1", "Issuer")]
)
def test_all_others_are_namespaced(api_version: str, kind: str) -> None:
    assert not is_cluster_scoped(api_version, kind)


def test_every_rendered_custom_resource_has_the_scope_its_definition_states(repository: Path) -> None:
    schemas = os.environ.get("GROUNDPLAN_SCHEMAS")
    index = Path(schemas).parent / "crd-yaml" / "INDEX.yaml" if schemas else None
    if index is None or not index.is_file():
        pytest.skip("no index of custom resource definitions beside GROUNDPLAN_SCHEMAS: scopes were not compared")
    scopes = {
        (entry["group"], entry["kind"]): entry["scope"] == "Cluster"
        for entry in yaml.load(index.read_bytes(), Loader=yaml.CSafeLoader)["crds"]
    }
    rendered = set()
    for path in (repository / "dist").rglob("*.yaml"):
        head = dict(line.split(": ", 1) for line in path.read_text().splitlines()[2:4])
        rendered.add((head["apiVersion"], head["kind"]))

    known = {(version, kind) for version, kind in rendered if (api_group(version), kind) in scopes}

    wrong = {item for item in known if is_cluster_scoped(*item) != scopes[api_group(item[0]), item[1]]}
    assert wrong == set()
    assert known
