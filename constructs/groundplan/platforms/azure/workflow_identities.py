"""The identities that workflows of the code's repository take on: one for each purpose in each environment.

Each trusts GitHub's environment of the same name and nothing else, so that what runs for dev can change dev alone.
See https://docs.github.com/en/actions/how-tos/secure-your-work/security-harden-deployments/oidc-in-azure .
"""

from __future__ import annotations

from collections.abc import Iterator

from groundplan.facts.standby import stands_in
from groundplan.model.environment import Environment
from groundplan.parts import Component
from groundplan.platforms.azure.access import ACCESS, ROTATION, callers, pair_of
from groundplan.platforms.azure.identity import RoleGrant, WorkloadIdentityProps
from groundplan.platforms.azure.ids import config_map
from groundplan.platforms.azure.naming import AzureKind, azure_name, object_name
from groundplan.platforms.azure.references import reference
from groundplan.platforms.azure.resources import AzurePart
from groundplan.platforms.azure.site import site_of
from groundplan.platforms.azure.store import AzureStore
from groundplan.stores.registry import stores_of
from groundplan.stores.store import AnyStore

CONTRIBUTOR = "b24988ac-6180-42a0-ab88-20f7382dd24c"
READER = "acdd72a7-3385-48ef-bd42-f606fba81ae7"
CERTIFICATE_USER = "db79e9a7-68ee-4b58-9aeb-b90e7c24fcba"
SECRETS_OFFICER = "b86a8fe4-44ce-4948-aee5-eccb2c155cd7"
"""Built-in roles Contributor, Reader, Key Vault Certificate User and Key Vault Secrets Officer."""


def workflow_identities(environment: Environment) -> Iterator[tuple[str, WorkloadIdentityProps]]:
    """Each identity by its purpose; none where the repository that it would trust is not known."""
    chapter, azure = environment.pipelines, environment.platform.azure
    if chapter is None or chapter.repository is None or azure is None:
        return
    subject = ":".join(("repo", chapter.repository, "environment", environment.environment))
    if changed_stores(environment):
        yield ACCESS, _identity(environment, ACCESS, subject, tuple(_seen(environment)))
    if chapter.rotation is not None and azure.vault is not None:
        yield ROTATION, _identity(environment, ROTATION, subject, tuple(_rotation(environment)))


def _identity(
    environment: Environment, purpose: str, subject: str, grants: tuple[RoleGrant, ...]
) -> WorkloadIdentityProps:
    name = azure_name(environment, AzureKind.IDENTITY, purpose)
    return WorkloadIdentityProps(azure_name=name, workflows=(subject,), grants=grants)


def changed_stores(environment: Environment) -> dict[str, tuple[str, ...]]:
    """Stores that a workflow changes, with Azure's own ids of what it changes with them: the other half of a pair.

    A store that copies today is among them: the day it leads, the right must be there.
    """
    chapter = environment.pipelines
    if chapter is None or chapter.repository is None:
        return {}
    found: dict[str, tuple[str, ...]] = {}
    for name, store in stores_of(environment).items():
        other = None if stands_in(environment) else pair_of(environment, name)
        if other is not None or (store.pipelines().lets_in and callers(environment, name)):
            found[name] = (other,) if other is not None else ()
    return found


def add_changes(component: Component, store: AnyStore) -> None:
    """What the workflow may change of a store, beside the store, which must be there first."""
    others = changed_stores(store.environment).get(store.name)
    if others is None or not isinstance(store, AzureStore):
        return
    part = AzurePart(component, f"{store.name}-access", site_of(store.environment))
    name = object_name(f"{azure_name(store.environment, AzureKind.IDENTITY, ACCESS)}-changes-{store.name}")
    part.grant(name, to=config_map(ACCESS), role=CONTRIBUTOR, scope=store.reference)
    for other in others:
        part.grant(f"{name}-of-the-peer", to=config_map(ACCESS), role=CONTRIBUTOR, scope={"armId": other})


def _seen(environment: Environment) -> Iterator[RoleGrant]:
    """Identities whose ids it looks up, its own among them."""
    letting = [name for name, store in stores_of(environment).items() if store.pipelines().lets_in]
    for identity in dict.fromkeys(identity for name in letting for identity in callers(environment, name)):
        yield _sees(identity, identity)
    yield _sees("itself", azure_name(environment, AzureKind.IDENTITY, ACCESS))


def _sees(what: str, identity: str) -> RoleGrant:
    scope = reference("managedidentity.azure.com", "UserAssignedIdentity", object_name(identity))
    return RoleGrant(name=f"sees-{what}", role=READER, scope=scope)


def _rotation(environment: Environment) -> Iterator[RoleGrant]:
    """A role in the subscription, without which nobody logs in; a vault that lists who may says the rest itself."""
    vault = reference("keyvault.azure.com", "Vault", object_name(azure_name(environment, AzureKind.KEY_VAULT)))
    yield RoleGrant(name="sees-the-vault", role=READER, scope=vault)
    azure = environment.platform.azure
    if azure is not None and azure.vault is not None and azure.vault.authorization == "rbac":
        yield RoleGrant(name="gives-secrets-ends", role=SECRETS_OFFICER, scope=vault)
        yield RoleGrant(name="sees-certificates", role=CERTIFICATE_USER, scope=vault)


def watches_vault(environment: Environment) -> bool:
    """Whether a workflow watches over the ages in the environment's vault."""
    return any(purpose == ROTATION for purpose, _ in workflow_identities(environment))
