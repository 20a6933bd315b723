"""What lives in a namespace and what does not."""

from __future__ import annotations

from pathlib import Path

import pytest

from groundplan.kubernetes.kinds import api_group, is_cluster_scoped
from groundplan.schemas.store import load_facts, recorded_kinds


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


def test_every_recorded_kind_has_the_scope_its_definition_states(repository: Path) -> None:
    facts = [item for kind in recorded_kinds(repository) if (item := load_facts(repository, kind)) and item.scope]

    wrong = [
        item.kind
        for item in facts
        if is_cluster_scoped(f"{item.kind[0]}/{item.kind[1]}", item.kind[2]) != (item.scope == "Cluster")
    ]

    assert wrong == []
    assert len(facts) > 40
