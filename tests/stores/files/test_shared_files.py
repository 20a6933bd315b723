"""A file store is a claim that several pods mount, and that outlives its place in Git."""

from __future__ import annotations

from tests.support.azure import AZURE, SHARE
from tests.support.rendering import an_environment, rendered, the

FILES = "data: {uploads: {type: files, size: 50Gi, engine: {csi: {storage_class: efs}}}}"


def test_many_pods_may_mount_it_at_once() -> None:
    claim = the(rendered(an_environment(FILES), "uploads"), "PersistentVolumeClaim", "uploads")

    assert claim["spec"]["accessModes"] == ["ReadWriteMany"]
    assert claim["spec"]["resources"]["requests"]["storage"] == "50Gi"
    assert claim["spec"]["storageClassName"] == "efs"


def test_removing_it_from_git_deletes_no_data() -> None:
    claim = the(rendered(an_environment(FILES), "uploads"), "PersistentVolumeClaim")

    assert "Prune=false" in claim["metadata"]["annotations"]["argocd.argoproj.io/sync-options"]


def test_a_share_of_azure_is_claimed_from_its_own_class() -> None:
    claim = the(rendered(an_environment(AZURE, SHARE), "uploads"), "PersistentVolumeClaim")

    assert claim["spec"]["storageClassName"] == "web-uploads"
    assert claim["spec"]["resources"]["requests"]["storage"] == "100Gi"
