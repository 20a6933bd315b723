"""A copy of a public image comes from somewhere, or pods wait for it for ever."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from trees import a_context, an_environment, an_object, inventory, put, write

from groundplan.checks.documents import run
from groundplan.errors import Finding

GUID = "11111111-2222-3333-4444-555555555555"
AZURE = {"azure": {"region": "koreacentral", "zones": ["1"], "subscription": GUID, "tenant": GUID, "mirror": True}}
PROVIDED = 'always: {apis: ["", apps], objects: [{kind: Namespace, names: [shop], namespace: ""}]}\n'
RULE = "az acr cache create --registry crstoreprod --name redis --source-repo docker.io/library/redis --target-repo"


def judged(root: Path, image: str, command: str = "") -> list[Finding]:
    write(root, "environments/provided.yaml", PROVIDED)
    write(root, "Makefile", "synth: ready\n\t@true\n")
    template = {"spec": {"containers": [{"name": "cache", "image": image}]}}
    put(root, an_object("Deployment", "cache", "apps/v1", spec={"template": template}))
    registry: dict[str, Any] = {"azureName": "crstoreprod"}
    put(root, an_object("Registry", "crstoreprod", "containerregistry.azure.com/v1", spec=registry), component="cloud")
    write(root, "docs/systems/store/azure-steps.md", f"# Steps\n\n```sh\n{command or 'true'}\n```\n")
    verdict = run(inventory(root), a_context(root, an_environment(platform=AZURE)))
    return [finding for finding in verdict.findings if finding.rule == "documents.mirror"]


def test_a_copy_that_nothing_fills_is_found_at_its_image(tmp_path: Path) -> None:
    [finding] = judged(tmp_path, "crstoreprod.azurecr.io/library/redis:7")

    assert "nothing fills `library/redis` of crstoreprod.azurecr.io" in finding.message
    assert finding.location.line > 1


def test_a_rule_of_the_registrys_cache_fills_it(tmp_path: Path) -> None:
    assert judged(tmp_path, "crstoreprod.azurecr.io/library/redis:7", f"{RULE} library/redis") == []


def test_a_rule_for_another_image_does_not(tmp_path: Path) -> None:
    assert len(judged(tmp_path, "crstoreprod.azurecr.io/library/redis:7", f"{RULE} library/python")) == 1


def test_an_image_of_the_systems_own_is_pushed(tmp_path: Path) -> None:
    assert judged(tmp_path, "crstoreprod.azurecr.io/web:1") == []


def test_an_image_from_where_it_is_published_needs_no_copy(tmp_path: Path) -> None:
    assert judged(tmp_path, "quay.io/prometheus/prometheus:v3") == []
