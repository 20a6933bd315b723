"""Workload identity: Azure identities that pods take on by their ServiceAccount, without a password.

See https://learn.microsoft.com/azure/aks/workload-identity-overview .
"""

from __future__ import annotations

from dataclasses import dataclass

from groundplan.parts import Component, Json, Part
from groundplan.platforms.azure.cluster import OIDC_CONFIG_MAP
from groundplan.platforms.azure.naming import object_name
from groundplan.platforms.azure.resources import AzurePart

MANAGED_IDENTITY = "managedidentity.azure.com/v1api20230131"
AUTHORIZATION = "authorization.azure.com/v1api20220401"
AUDIENCE = "api://AzureADTokenExchange"


@dataclass(frozen=True, kw_only=True, slots=True)
class RoleGrant:
    """A built-in role on one resource."""

    name: str
    """What it allows, as part of the object's name."""

    role: str
    """Id of the built-in role."""

    scope: Json
    """Group, kind and name of the resource."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ServiceAccountRef:
    """A ServiceAccount of the environment's cluster."""

    namespace: str
    """Namespace."""

    name: str
    """Name."""


class WorkloadIdentity(AzurePart):
    """An identity, the ServiceAccounts that may take it on, and the roles it has.

    The identity's client id is written to ConfigMap `<purpose>-identity` on the management cluster.
    """

    def __init__(
        self,
        scope: Component | Part,
        id_: str,
        *,
        azure_name: str,
        accounts: tuple[ServiceAccountRef, ...],
        grants: tuple[RoleGrant, ...] = (),
    ) -> None:
        super().__init__(scope, id_)
        self._azure_name = azure_name
        self._config = f"{id_}-identity"
        self._add_identity()
        for account in accounts:
            self._add_federation(account)
        for grant in grants:
            self._add_grant(grant)

    def _add_identity(self) -> None:
        keys = ("clientId", "principalId", "tenantId")
        self.add(
            MANAGED_IDENTITY,
            "UserAssignedIdentity",
            self._azure_name,
            {
                "location": self.location,
                "operatorSpec": {"configMaps": {key: {"name": self._config, "key": key} for key in keys}},
            },
        )

    def _add_federation(self, account: ServiceAccountRef) -> None:
        name = f"{account.namespace}-{account.name}"
        self.emit(
            {
                "apiVersion": MANAGED_IDENTITY,
                "kind": "FederatedIdentityCredential",
                "metadata": {"name": object_name(f"{self._azure_name}-{name}")},
                "spec": {
                    "azureName": name,
                    "owner": {"name": object_name(self._azure_name)},
                    "audiences": [AUDIENCE],
                    "issuerFromConfig": {"name": OIDC_CONFIG_MAP, "key": "issuer"},
                    "subject": f"system:serviceaccount:{account.namespace}:{account.name}",
                },
            }
        )

    def _add_grant(self, grant: RoleGrant) -> None:
        self.emit(
            {
                "apiVersion": AUTHORIZATION,
                "kind": "RoleAssignment",
                "metadata": {"name": object_name(f"{self._azure_name}-{grant.name}")},
                "spec": {
                    "owner": dict(grant.scope),
                    "principalIdFromConfig": {"name": self._config, "key": "principalId"},
                    "principalType": "ServicePrincipal",
                    "roleDefinitionReference": {"armId": self.built_in_role(grant.role)},
                },
            }
        )
