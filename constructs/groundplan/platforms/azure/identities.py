"""The identities of an environment: those its services name, and the one that reads secrets."""

from __future__ import annotations

from groundplan.facts.secret_placement import store_namespaces
from groundplan.model.environment import Environment
from groundplan.model.services import Service
from groundplan.parts import Component, Part
from groundplan.platforms.azure.chapter import AzureIdentity
from groundplan.platforms.azure.facts import edge_of
from groundplan.platforms.azure.identity import RoleGrant, ServiceAccountRef, WorkloadIdentity
from groundplan.platforms.azure.ids import SECRETS, config_map
from groundplan.platforms.azure.naming import AzureKind, azure_name, object_name, storage_account
from groundplan.platforms.azure.resources import AzurePart, reference
from groundplan.platforms.azure.roles import other_roles
from groundplan.platforms.azure.secret_store import SECRET_STORE
from groundplan.platforms.azure.vault import CRYPTO_USER, SECRETS_USER
from groundplan.stores.registry import stores_of

BLOB_READER = "2a2b9908-6ea1-4ae2-8e65-a410df84e7d1"
BLOB_CONTRIBUTOR = "ba92f5b4-2d11-453d-a403-e96b0029c9fe"
"""Built-in roles Storage Blob Data Reader and Contributor."""

METRICS_PUBLISHER = "3913510d-42f4-4e42-8a64-420c390055eb"
"""Built-in role Monitoring Metrics Publisher, which Application Insights asks of whoever sends to it."""


AUTOSCALER = ServiceAccountRef(namespace="kube-system", name="keda-operator")
"""The autoscaler of AKS, which asks brokers for the length of queues as the identity of the service it scales."""

GATEWAY = "gateway"
"""The identity the application gateway fetches its certificate with."""


def vault_readers(environment: Environment) -> tuple[str, ...]:
    """ConfigMaps of the identities that read the vault's secrets."""
    readers = [SECRETS] if _reads_vault(environment) else []
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


def _reads_vault(environment: Environment) -> bool:
    store = environment.secrets.store if environment.secrets is not None else None
    return store is not None and store.type == "azure-key-vault"


class EnvironmentIdentities(AzurePart):
    """One federated identity per entry of the chapter, and one for secrets."""

    def __init__(self, scope: Component | Part, id_: str) -> None:
        super().__init__(scope, id_)
        if _reads_vault(self.environment):
            self._add_secrets_reader()
        for name, identity in self.azure.identities.items():
            self._add_identity(name, identity)
        if edge_of(self.environment).gateway is not None:
            # the vault names it as a reader, so it comes before the gateway
            WorkloadIdentity(self, GATEWAY, azure_name=self.azure_name(AzureKind.IDENTITY, GATEWAY), accounts=())

    def _add_secrets_reader(self) -> None:
        accounts = tuple(
            ServiceAccountRef(namespace=namespace, name=SECRET_STORE)
            for namespace in store_namespaces(self.environment)
        )
        vault = self.azure.vault
        by_role = vault is not None and vault.authorization == "rbac"
        WorkloadIdentity(
            self,
            SECRETS,
            azure_name=self.azure_name(AzureKind.IDENTITY, SECRETS),
            accounts=accounts,
            grants=(self._vault_grant(),) if by_role else (),
        )

    def _add_identity(self, name: str, identity: AzureIdentity) -> None:
        accounts = tuple(
            ServiceAccountRef(namespace=self.environment.namespace, name=service.service_account or service_name)
            for service_name, service in self.environment.services.items()
            if service.identity == name
        )
        accounts += tuple(
            ServiceAccountRef(namespace=self.environment.namespace, name=access.service_account)
            for store in stores_of(self.environment).values()
            for access in store.bucket_access()
            if access.identity == name
        )
        if any(
            self._scales_by_broker(service)
            for service in self.environment.services.values()
            if service.identity == name
        ):
            accounts += (AUTOSCALER,)
        WorkloadIdentity(
            self,
            name,
            azure_name=identity.azure_name or self.azure_name(AzureKind.IDENTITY, name),
            accounts=accounts,
            grants=tuple(
                grant for role in other_roles(self.environment, name, identity) for grant in self._grants(role)
            ),
        )

    def _scales_by_broker(self, service: Service) -> bool:
        """Whether the autoscaler asks a broker on behalf of the service."""
        wanted = set(service.scaling.queues) if service.scaling is not None else set()
        return any(wanted & set(store.queues()) for store in stores_of(self.environment).values())

    def _grants(self, role: str) -> list[RoleGrant]:
        if role == "vault-secrets":
            vault = self.azure.vault
            return [self._vault_grant()] if vault is not None and vault.authorization == "rbac" else []
        if role == "vault-keys":
            vault = self.azure.vault
            return [self._vault_grant(CRYPTO_USER)] if vault is not None and vault.authorization == "rbac" else []
        if role == "metrics-publish":
            return [self._insights_grant()] if self.azure.monitor is not None else []
        built_in = BLOB_READER if role == "blob-read" else BLOB_CONTRIBUTOR
        return [
            RoleGrant(
                name=f"{name}-{role}",
                role=built_in,
                scope=reference(
                    "storage.azure.com",
                    "StorageAccount",
                    object_name(storage_account(self.environment, name)),
                ),
            )
            for name, storage in self.azure.storage.items()
            if storage.containers
        ]

    def _vault_grant(self, role: str = SECRETS_USER) -> RoleGrant:
        vault = object_name(azure_name(self.environment, AzureKind.KEY_VAULT))
        name = "reads-secrets" if role == SECRETS_USER else "uses-keys"
        return RoleGrant(name=name, role=role, scope=reference("keyvault.azure.com", "Vault", vault))

    def _insights_grant(self) -> RoleGrant:
        """The component takes no key: who sends to it is known by its identity."""
        monitor = self.azure.monitor
        name = monitor.insights if monitor is not None else None
        component = object_name(name or self.azure_name(AzureKind.APPLICATION_INSIGHTS))
        scope = reference("insights.azure.com", "Component", component)
        return RoleGrant(name="publishes-metrics", role=METRICS_PUBLISHER, scope=scope)
