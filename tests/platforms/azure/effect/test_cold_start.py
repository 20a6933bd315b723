"""A gateway comes up once its certificate is in the vault, and people can reach the vault when they are sent there."""

from __future__ import annotations

from pathlib import Path

import pytest
from trees import a_context, an_object, inventory, put, write

from groundplan.checks.cold_start.page import Steps
from groundplan.checks.cold_start.plan import Plan
from groundplan.checks.cold_start.scene import Scene
from groundplan.platforms.azure.effect.cold_start import AzureStart

LINK = "az network private-dns link vnet create --resource-group rg --zone-name zone --name hub"
MAKE = "az keyvault certificate create --vault-name kv --name tls --policy @tls.json"
APPLY = "kubectl --context management apply -f argocd/store/prod/root-management/"


def missing(root: Path, *bootstrap: str, make: str = MAKE, public: str = "Disabled") -> list[str]:
    """What the gateway waits for and nobody brings."""
    write(root, "environments/provided.yaml", "always: {}\n")
    entry = {"name": "tls", "keyVaultSecretId": "https://kv.vault.azure.net/secrets/tls"}
    for kind, group, name, spec in (
        ("ApplicationGateway", "network", "agw", {"sslCertificates": [entry]}),
        ("Vault", "keyvault", "kv", {"azureName": "kv", "properties": {"publicNetworkAccess": public}}),
    ):
        put(root, an_object(kind, name, f"{group}.azure.com/v1", namespace="hub", spec=spec), component="edge")
    lines = [line if line.startswith("See") else f"```sh\n{line}\n```" for line in bootstrap]
    write(root, "docs/systems/store/bootstrap.md", "# Bootstrap\n\n" + "\n\n".join(lines) + "\n")
    write(root, "docs/systems/store/azure-steps.md", f"# Steps\n\n```sh\n{make}\n```\n")
    scene, plan = Scene(inventory(root), a_context(root)), Plan()
    AzureStart().add_proofs(scene, plan, Steps(scene))
    return [need.why for needs in plan.needs.values() for need in needs if not need.any_of]


SEE = "See [the steps](azure-steps.md)."


def test_a_certificate_that_people_make_once_they_are_inside_is_there(tmp_path: Path) -> None:
    assert missing(tmp_path, APPLY, LINK, SEE) == []


@pytest.mark.parametrize(
    ("bootstrap", "expected"),
    [
        ((APPLY, SEE, LINK), ["a way to kv, which has no public address"]),
        ((APPLY, SEE), ["a way to kv, which has no public address"]),
        ((APPLY, LINK), ["certificate tls in kv", "a way to kv, which has no public address"]),
    ],
    ids=["sent there first", "no way in", "not sent there"],
)
def test_what_comes_too_late_or_never_is_named(tmp_path: Path, bootstrap: tuple[str, ...], expected: list[str]) -> None:
    assert missing(tmp_path, *bootstrap) == expected


@pytest.mark.parametrize("make", [MAKE.replace("--name tls", "--name other"), MAKE.replace("kv", "kv-other")])
def test_another_certificate_is_none_of_the_gateway_s(tmp_path: Path, make: str) -> None:
    assert "certificate tls in kv" in missing(tmp_path, APPLY, LINK, SEE, make=make)


def test_a_vault_with_a_public_address_wants_no_way_in(tmp_path: Path) -> None:
    assert missing(tmp_path, APPLY, SEE, public="Enabled") == []
