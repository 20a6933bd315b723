"""Workload identity: Azure identities that pods take on by their ServiceAccount, without a password.

See https://learn.microsoft.com/azure/aks/workload-identity-overview .
"""

from __future__ import annotations

from dataclasses import dataclass

from groundplan.parts import Component, Json, Part
from groundplan.platforms.azure.cluster import OIDC_CONFIG_MAP
from groundplan.platforms.azure.ids import config_map
from groundplan.platforms.azure.naming import object_name
from groundplan.platforms.azure.resources import AzurePart
from groundplan.platforms.azure.site import Site

MANAGED_IDENTITY = "managedidentity.azure.com/v1api20230131"
AUDIENCE = "api://AzureADTokenExchange"

GITHUB = "https://token.actions.githubusercontent.com"
"""Who signs the tokens of GitHub's workflows."""


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


@dataclass(frozen=True, kw_only=True, slots=True)
class WorkloadIdentityProps:
    """What an identity is called, who takes it on, and what it may do."""

    azure_name: str
    """Name in Azure."""

    accounts: tuple[ServiceAccountRef, ...] = ()
    """ServiceAccounts that take it on. Default none: Azure itself uses it."""

    workflows: tuple[str, ...] = ()
    """Subjects of tokens of GitHub's workflows that take it on. Default none."""

    grants: tuple[RoleGrant, ...] = ()
    """Roles it has. Default none."""


class WorkloadIdentity(AzurePart):
    """An identity, the ServiceAccounts and workflows that may take it on, and the roles it has.

    The identity's client id is written to ConfigMap `<purpose>-identity` on the management cluster.
    """

    def __init__(self, scope: Component | Part, id_: str, site: Site, props: WorkloadIdentityProps) -> None:
        super().__init__(scope, id_, site)
        self._azure_name = props.azure_name
        self._config = config_map(id_)
        self._add_identity()
        for account in props.accounts:
            name = f"{account.namespace}-{account.name}"
            subject = f"system:serviceaccount:{account.namespace}:{account.name}"
            self._add_federation(name, subject, {"issuerFromConfig": {"name": OIDC_CONFIG_MAP, "key": "issuer"}})
        for subject in props.workflows:
            self._add_federation(object_name(f"github-{subject.rpartition(':')[2]}"), subject, {"issuer": GITHUB})
        for grant in props.grants:
            name = object_name(f"{self._azure_name}-{grant.name}")
            self.grant(name, to=self._config, role=grant.role, scope=grant.scope)

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

    def _add_federation(self, name: str, subject: str, issuer: Json) -> None:
        self.emit(
            {
                "apiVersion": MANAGED_IDENTITY,
                "kind": "FederatedIdentityCredential",
                "metadata": {"name": object_name(f"{self._azure_name}-{name}")},
                "spec": {
                    "azureName": name,
                    "owner": {"name": object_name(self._azure_name)},
                    "audiences": [AUDIENCE],
                    **issuer,
                    "subject": subject,
                },
            }
        )
