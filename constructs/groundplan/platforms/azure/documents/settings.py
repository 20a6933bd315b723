"""What the repository with the code needs on Azure, and how old a value in a key vault may become."""

from __future__ import annotations

from groundplan.facts.system import System
from groundplan.model.environment import Environment
from groundplan.platforms.azure import access


def rows(system: System) -> list[tuple[str, str, str]]:
    """Identities are told by their client ids, which only Azure knows; each trusts one repository, none has a key."""
    chapter = system.primary.pipelines
    if chapter is None:
        return []
    found = [
        ("variable `AZURE_TENANT_ID`", "tenant of the subscription", "no key is stored"),
        ("variable `AZURE_CLIENT_ID`", "client id of the identity that may push images: AcrPush", "no key is stored"),
    ]
    if chapter.built_on("tag"):
        found.append(
            ("environment `registry`", "deployed from tags `v*` only", "the identity above trusts it, and nothing else")
        )
    if access.vaults(system) and chapter.rotation is not None:
        found.append(("variable `AZURE_ROTATION_CLIENT_ID`, of each environment", *_watcher(system)))
    if access.wanted(system):
        what = (
            "client id and display name of an identity that is Contributor of the resource groups and may keep the "
            f"application's registration: {access.PERMISSIONS}"
        )
        found.append(("variables `AZURE_ACCESS_CLIENT_ID`, `AZURE_ACCESS_NAME`", what, "gives access to stores"))
    if access.wanted(system) or chapter.rotation is not None:
        where = f"runner with the label `{chapter.private_runner}`, inside the network, with `az`, `psql` and `gh`"
        found.append(("runner", where, "stores and vaults have no public address"))
    return found


def _watcher(system: System) -> tuple[str, str]:
    """Who gives secrets their ends: a vault that lists who may leaves out reading, a built-in role does not."""
    if any(vault.rotation_identity is not None for _, vault in access.vaults(system)):
        what = "client id of the identity whose object id is `platform.azure.vault.rotation_identity`"
        return what, "sees names and ages, reads no value"
    return "client id of an identity with Key Vault Secrets Officer and Certificate User", "sees names and ages"


def ages(environment: Environment) -> list[str]:
    """How old a value may become, and who watches."""
    vault = environment.platform.azure.vault if environment.platform.azure is not None else None
    if vault is None:
        return []
    scheduled = environment.pipelines is not None and environment.pipelines.rotation is not None
    watched = " The workflow `rotation` gives every secret its end and opens an issue before it." if scheduled else ""
    return [
        f"A secret is replaced after {vault.secret_rotation} at the latest, a certificate after "
        f"{vault.certificate_rotation}; what its issuer ends earlier ends earlier.{watched}"
    ]
