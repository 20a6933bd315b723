"""What the repository with the code needs on Azure, and how old a value in a key vault may become."""

from __future__ import annotations

from groundplan.facts.cloud_names import MANAGEMENT
from groundplan.facts.system import System
from groundplan.model.environment import Environment
from groundplan.platforms.azure import access
from groundplan.platforms.azure.access import ACCESS, ROTATION, variable
from groundplan.platforms.azure.ids import config_map


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
        found.append((*_own_of_each(ROTATION), "sees names and ages, reads no value"))
    if access.wanted(system):
        found.append((*_own_of_each(ACCESS), "gives access to the stores of that environment"))
    if access.wanted(system) or chapter.rotation is not None:
        where = f"runner with the label `{chapter.private_runner}`, inside the network, with `az`, `psql` and `gh`"
        found.append(("runner", where, "stores and vaults have no public address"))
    return found


def _own_of_each(purpose: str) -> tuple[str, str]:
    """Each environment has an identity of its own, which trusts GitHub's environment of that name alone."""
    where = (
        f"`kubectl --context {MANAGEMENT} --namespace $SYSTEM-$ENVIRONMENT get configmap {config_map(purpose)} "
        "--output jsonpath={.data.clientId}`"
    )
    return f"variable `{variable(purpose)}`, of each environment", f"client id of its identity: {where}"


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
