"""The identities of an environment: those its services name, the one that reads secrets, and the gateway's."""

from __future__ import annotations

from collections.abc import Iterator

from groundplan.facts.actors import actors
from groundplan.facts.identities import cluster_copier
from groundplan.facts.secret_placement import store_namespaces
from groundplan.kubernetes.namespaces import KUBE_SYSTEM
from groundplan.kubernetes.objects import Json
from groundplan.model.environment import Environment
from groundplan.platforms.azure.chapter import Azure, AzureIdentity
from groundplan.platforms.azure.facts import edge_of
from groundplan.platforms.azure.identity import RoleGrant, ServiceAccountRef, WorkloadIdentityProps
from groundplan.platforms.azure.ids import AUTOSCALER, BACKUPS, GATEWAY, SECRETS, config_map, identities_of
from groundplan.platforms.azure.naming import AzureKind, azure_name, object_name, storage_account
from groundplan.platforms.azure.references import reference
from groundplan.platforms.azure.roles import other_roles
from groundplan.platforms.azure.scaling import scaled_by_broker
from groundplan.platforms.azure.secret_store import SECRET_STORE
from groundplan.platforms.azure.vault import CRYPTO_USER, SECRETS_USER
from groundplan.stores.registry import stores_of

BLOB_READER = "2a2b9908-6ea1-4ae2-8e65-a410df84e7d1"
BLOB_CONTRIBUTOR = "ba92f5b4-2d11-453d-a403-e96b0029c9fe"
"""Built-in roles Storage Blob Data Reader and Contributor."""

METRICS_PUBLISHER = "3913510d-42f4-4e42-8a64-420c390055eb"
"""Built-in role Monitoring Metrics Publisher, which Application Insights asks of whoever sends to it."""


KEDA = ServiceAccountRef(namespace=KUBE_SYSTEM, name="keda-operator")
"""The autoscaler of AKS, which asks brokers for the length of queues."""


def vault_readers(environment: Environment) -> tuple[str, ...]:
    """ConfigMaps of the identities that read the vault's secrets."""
    readers = [SECRETS] if store_namespaces(environment) else []
    if environment.platform.azure is not None:
        readers += [
            name
            for name, identity in environment.platform.azure.identities.items()
            if "vault-secrets" in identity.roles
        ]
    if edge_of(environment).gateway is not None:
        readers.append(GATEWAY)
    return tuple(config_map(name) for name in readers)


def vault_key_users(environment: Environment) -> tuple[str, ...]:
    """ConfigMaps of the identities that encrypt and decrypt with the vault's keys."""
    identities = environment.platform.azure.identities if environment.platform.azure is not None else {}
    return tuple(config_map(name) for name, identity in identities.items() if "vault-keys" in identity.roles)


def identities(environment: Environment, azure: Azure) -> Iterator[tuple[str, WorkloadIdentityProps]]:
    """Each identity by its purpose."""
    if store_namespaces(environment):
        yield SECRETS, _secrets_reader(environment, azure)
    for name, identity in identities_of(environment).items():
        yield name, _workload(environment, azure, name, identity)
    if scaled_by_broker(environment):
        name = azure_name(environment, AzureKind.IDENTITY, AUTOSCALER)
        yield AUTOSCALER, WorkloadIdentityProps(azure_name=name, accounts=(KEDA,))
    if azure.edge.gateway is not None:
        # the vault names it as a reader, so it comes before the gateway
        yield GATEWAY, WorkloadIdentityProps(azure_name=azure_name(environment, AzureKind.IDENTITY, GATEWAY))


def _secrets_reader(environment: Environment, azure: Azure) -> WorkloadIdentityProps:
    return WorkloadIdentityProps(
        azure_name=azure_name(environment, AzureKind.IDENTITY, SECRETS),
        accounts=tuple(
            ServiceAccountRef(namespace=namespace, name=SECRET_STORE) for namespace in store_namespaces(environment)
        ),
        grants=_vault_grants(environment, azure, SECRETS_USER),
    )


def _workload(environment: Environment, azure: Azure, name: str, identity: AzureIdentity) -> WorkloadIdentityProps:
    roles = other_roles(environment, name, identity)
    return WorkloadIdentityProps(
        azure_name=identity.azure_name or azure_name(environment, AzureKind.IDENTITY, name),
        accounts=tuple(_accounts(environment, name)),
        grants=tuple(grant for role in roles for grant in _grants(environment, azure, role)),
    )


def _accounts(environment: Environment, identity: str) -> Iterator[ServiceAccountRef]:
    """Who takes an identity on: services, jobs on a schedule and backups."""
    for actor in actors(environment):
        if actor.identity == identity:
            yield ServiceAccountRef(namespace=environment.namespace, name=actor.account)
    for store in stores_of(environment).values() if identity == BACKUPS else ():
        for access in store.bucket_access():
            yield ServiceAccountRef(namespace=environment.namespace, name=access.service_account)
    copier = cluster_copier(environment)
    if copier is not None and identity == BACKUPS:
        yield ServiceAccountRef(namespace=copier.namespace, name=copier.service_account)


def _grants(environment: Environment, azure: Azure, role: str) -> tuple[RoleGrant, ...]:
    """What a role of the chapter means."""
    if role == "vault-secrets":
        return _vault_grants(environment, azure, SECRETS_USER)
    if role == "vault-keys":
        return _vault_grants(environment, azure, CRYPTO_USER)
    if role == "metrics-publish":
        return _insights_grants(environment, azure)
    built_in = BLOB_READER if role == "blob-read" else BLOB_CONTRIBUTOR
    return tuple(
        RoleGrant(name=f"{name}-{role}", role=built_in, scope=_account_reference(environment, name))
        for name, storage in azure.storage.items()
        if storage.containers
    )


def _account_reference(environment: Environment, purpose: str) -> Json:
    return reference("storage.azure.com", "StorageAccount", object_name(storage_account(environment, purpose)))


def _vault_grants(environment: Environment, azure: Azure, role: str) -> tuple[RoleGrant, ...]:
    """A role at a vault that decides by roles; elsewhere the vault lists who may."""
    if azure.vault is None or azure.vault.authorization != "rbac":
        return ()
    vault = object_name(azure_name(environment, AzureKind.KEY_VAULT))
    name = "reads-secrets" if role == SECRETS_USER else "uses-keys"
    return (RoleGrant(name=name, role=role, scope=reference("keyvault.azure.com", "Vault", vault)),)


def _insights_grants(environment: Environment, azure: Azure) -> tuple[RoleGrant, ...]:
    """The component takes no key: who sends to it is known by its identity."""
    if azure.monitor is None:
        return ()
    component = azure.monitor.insights or azure_name(environment, AzureKind.APPLICATION_INSIGHTS)
    scope = reference("insights.azure.com", "Component", object_name(component))
    return (RoleGrant(name="publishes-metrics", role=METRICS_PUBLISHER, scope=scope),)
