"""The class of volumes for one pod."""

from __future__ import annotations

from tests.support.rendering import an_environment, rendered, the


def test_volumes_are_encrypted_and_outlive_their_claim() -> None:
    document = the(rendered(an_environment(), "foundation"), "StorageClass")

    assert document["parameters"]["encrypted"] == "true"
    assert document["reclaimPolicy"] == "Retain"
