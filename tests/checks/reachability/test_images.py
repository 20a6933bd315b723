"""Images when the region of their registry is lost."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from trees import an_environment, an_object, inventory, put

from groundplan.checks.reachability.images import lost
from groundplan.errors import Finding

Json = dict[str, Any]
GUID = "11111111-2222-3333-4444-555555555555"
GROUP = "containerregistry.azure.com"


def azure(region: str) -> Json:
    return {"azure": {"region": region, "zones": [], "subscription": GUID, "tenant": GUID}}


def judged(root: Path, image: str = "crstore.azurecr.io/web:1", tier: str = "Premium", **copy: Any) -> list[Finding]:
    template = {"spec": {"containers": [{"name": "web", "image": image}]}}
    put(root, an_object("Deployment", "web", "apps/v1", spec={"template": template}), scope="store/south")
    registry = {"azureName": "crstore", "location": "koreacentral", "sku": {"name": tier}}
    put(root, an_object("Registry", "crstore", f"{GROUP}/v1", namespace="hub", spec=registry), component="cloud")
    if copy:
        spec = {"owner": {"name": "crstore"}, "azureName": "koreasouth", "location": "koreasouth", **copy}
        item = an_object("RegistryReplication", "south", f"{GROUP}/v1", namespace="hub", spec=spec)
        put(root, item, component="cloud")
    recovery = {"rto": "30m", "rpo": "15m"}
    first = an_environment(platform=azure("koreacentral"), recovery={"role": "primary", "peer": "south", **recovery})
    second = an_environment(
        "store/south",
        platform=azure("koreasouth"),
        recovery={"role": "standby", "peer": "prod", "active": False, **recovery},
    )
    second = second.with_neighbours({"prod": first, "south": second})
    return list(lost(inventory(root), "store/south", second))


def test_a_registry_in_the_lost_region_alone_is_found_at_the_image(tmp_path: Path) -> None:
    [finding] = judged(tmp_path)

    assert finding.rule == "reachability.images"
    assert "crstore.azurecr.io, whose images lie in koreacentral alone" in finding.message
    assert finding.location.line > 1


def test_a_copy_in_another_region_hands_them_out(tmp_path: Path) -> None:
    assert judged(tmp_path, regionEndpointEnabled=True) == []


@pytest.mark.parametrize(
    ("tier", "copy"),
    [
        ("Standard", {"regionEndpointEnabled": True}),
        ("Premium", {"regionEndpointEnabled": False}),
        ("Premium", {"owner": {"name": "other"}}),
        ("Premium", {"location": "koreacentral"}),
    ],
    ids=["a tier without copies", "switched off", "of another registry", "in the same region"],
)
def test_what_is_no_copy_elsewhere_does_not(tmp_path: Path, tier: str, copy: Json) -> None:
    assert len(judged(tmp_path, tier=tier, **copy)) == 1


@pytest.mark.parametrize("image", ["docker.io/library/redis:7", "123.dkr.ecr.us-east-1.amazonaws.com/web:1"])
def test_registries_elsewhere_are_left(tmp_path: Path, image: str) -> None:
    assert judged(tmp_path, image) == []


def test_a_registry_whose_name_says_the_lost_region_is_found(tmp_path: Path) -> None:
    assert len(judged(tmp_path, "registry.koreacentral.example.com/web:1")) == 1
