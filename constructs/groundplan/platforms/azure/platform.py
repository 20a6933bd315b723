"""Azure's answers: AKS, Application Gateway, Key Vault, and identities that a ServiceAccount takes on by a client id."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from groundplan.images import default_image
from groundplan.platforms.azure.ids import AUTOSCALER, BACKUPS, assigned_ids, client_id
from groundplan.platforms.azure.naming import AzureKind, account_of, azure_name
from groundplan.platforms.platform import (
    AssignedId,
    BackupStorage,
    IngressController,
    Json,
    ObjectStorage,
    Platform,
    PodIdentity,
)
from groundplan.platforms.resources import data_of

if TYPE_CHECKING:
    from groundplan.blueprint import Blueprint
    from groundplan.model.cluster import Taint
    from groundplan.model.environment import Environment
    from groundplan.model.secrets import SecretStore
    from groundplan.parts import Component
    from groundplan.platforms.azure.chapter import Azure as Settings
    from groundplan.platforms.nodes import Nodes
    from groundplan.platforms.pages import Pages
    from groundplan.platforms.platform import ReferenceReader
    from groundplan.platforms.workflows import Workflows
    from groundplan.rules.problem import Problem
    from groundplan.yaml.marked import YamlPath

CLIENT_ID = "azure.workload.identity/client-id"
"""Annotation of a ServiceAccount. See https://azure.github.io/azure-workload-identity/docs/topics/service-account-labels-and-annotations.html ."""

USE_IDENTITY = "azure.workload.identity/use"
"""Label of pods whose token is exchanged."""


class Azure(Platform):
    """Azure: its clusters bring autoscalers and metrics, and the directory hands out credentials on the Internet."""

    title = "Azure"
    controllers = frozenset({"azure-service-operator"})
    vault = "azure-key-vault"
    # see https://learn.microsoft.com/azure/aks/faq
    webhook_fields = (".webhooks[]?.namespaceSelector",)

    @classmethod
    def add_on_values(cls) -> Mapping[str, Callable[[Environment], Json]]:
        """The operator that makes Azure's resources."""
        from groundplan.platforms.azure.add_on_values import VALUES

        return VALUES

    @classmethod
    def pages(cls) -> Pages:
        """What only Azure's pages say."""
        from groundplan.platforms.azure.documents import PAGES

        return PAGES

    @classmethod
    def workflows(cls) -> Workflows:
        """What only Azure's workflows do."""
        from groundplan.platforms.azure.pipelines import WORKFLOWS

        return WORKFLOWS

    @classmethod
    def references(cls) -> Mapping[str, ReferenceReader]:
        """By name, and seldom by kind and group."""
        from groundplan.platforms.azure.references import references

        return {".azure.com": references}

    @classmethod
    def health_checks(cls) -> Mapping[str, str]:
        """Every kind of its operator has the same condition."""
        from groundplan.platforms.azure.health import HEALTH

        return {"*.azure.com/*": HEALTH}

    @classmethod
    def controller_problems(cls, environment: Environment) -> Iterator[Problem]:
        """The operator is who its identity is for."""
        from groundplan.platforms.azure.rules import controllers

        return controllers(environment)

    def problems(self) -> Iterator[Problem]:
        """Addresses, names and parts that Azure would refuse later."""
        from groundplan.platforms.azure.rules import RULES

        return (problem for rule in RULES for problem in rule(self.environment))

    def disagreements(self) -> Iterator[Problem]:
        """Peerings."""
        from groundplan.platforms.azure.neighbours import DISAGREEMENTS

        return (problem for rule in DISAGREEMENTS for problem in rule(self.environment))

    def neighbours(self) -> list[tuple[YamlPath, str]]:
        """Peers of the network."""
        peers = self._settings.network.peers if self._settings.network is not None else []
        named: list[tuple[YamlPath, str]] = [
            (("platform", "azure", "network", "peers", index), name) for index, name in enumerate(peers)
        ]
        source = self._settings.registry_of
        if source is not None and source != self.environment.environment:
            named.append((("platform", "azure", "registry_of"), source))
        return named

    @property
    def _settings(self) -> Settings:
        assert self.environment.platform.azure is not None  # the registry asks by the chapter's name
        return self.environment.platform.azure

    def components(self) -> Iterable[Blueprint]:
        """Network, cluster, what else is rented, and what stands in front of the ingress."""
        from groundplan.platforms.azure.components import components

        return components(self.environment)

    def nodes(self, documents: Iterable[Mapping[str, Any]]) -> Nodes | None:
        """Those of the rendered cluster and its pools."""
        from groundplan.platforms.azure.nodes import nodes_of

        return nodes_of(documents)

    @property
    def rents_cluster(self) -> bool:
        """AKS."""
        return True

    @property
    def built_in(self) -> frozenset[str]:
        """What AKS brings."""
        return frozenset(
            {"cluster-autoscaler", "keda", "metrics-server", "snapshot-controller", "vertical-pod-autoscaler"}
        )

    @property
    def taints(self) -> Mapping[str, list[Taint]]:
        """The stated ones, and the one AKS puts on nodes of a spot pool."""
        from groundplan.model.cluster import Taint
        from groundplan.platforms.azure.nodes import SPOT

        azure = self.environment.host_environment.platform.azure
        spot = azure.cluster.spot_pools if azure is not None else []
        return {
            name: [*own, *([Taint.model_validate(SPOT)] if name in spot else [])]
            for name, own in super().taints.items()
        }

    @property
    def account(self) -> str:
        """The subscription's id."""
        return self._settings.subscription

    @property
    def registry(self) -> str:
        """The registry by the naming convention of whoever has it."""
        from groundplan.platforms.azure.site import registry_owner

        return f"{azure_name(registry_owner(self.environment), AzureKind.REGISTRY)}.azurecr.io"

    @property
    def buckets(self) -> frozenset[str]:
        """Containers of every storage account."""
        return frozenset(name for storage in self._settings.storage.values() for name in storage.containers)

    @property
    def network_block(self) -> str | None:
        """That of the virtual network."""
        return self._settings.network.cidr if self._settings.network is not None else None

    @property
    def identities(self) -> frozenset[str]:
        """Those of the chapter."""
        return frozenset(self._settings.identities)

    @property
    def block_storage(self) -> str:
        """AKS brings it."""
        return "managed-csi-premium"

    def object_storage(self, bucket: str) -> ObjectStorage | None:
        """A container of one of the chapter's storage accounts."""
        account = account_of(self.environment, bucket)
        if account is None:
            return None
        address = f"--auth-mode login --account-name {account} --container-name {bucket}"
        return ObjectStorage(
            bucket=bucket,
            barman={"azureCredentials": {"inheritFromAzureAD": True}},
            location=f"https://{account}.blob.core.windows.net/{bucket}/",
            client=default_image("azure-client"),
            client_memory="1024Mi",
            scripts="groundplan.platforms.azure.scripts",
            values={"account": account},
            listing=f"az storage blob list {address} --prefix {{prefix}} --query '[].name' --output tsv",
            fetching=f"az storage blob download {address} --name {{name}} --file {{file}}",
        )

    def backup_storage(self, bucket: str) -> BackupStorage | None:
        """A container of one of the chapter's storage accounts, whose keys nobody may use, and disks of Azure."""
        account = account_of(self.environment, bucket)
        if account is None:
            return None
        return BackupStorage(
            provider="azure",
            plugin=default_image("velero-azure"),
            config={
                "storageAccount": account,
                "storageAccountURI": f"https://{account}.blob.core.windows.net",
                "useAAD": "true",
            },
            snapshots="disk.csi.azure.com",
        )

    @property
    def ingress_controllers(self) -> Mapping[str, IngressController]:
        """An Application Gateway, which AKS' own controller tells of the pods."""
        return {
            "application-gateway": IngressController(
                blocks=_gateway_subnet, add_hosts=_add_public_hosts, enters_mesh=True
            )
        }

    def pod_identity(self, name: str | None, *, rights: bool = False) -> PodIdentity | None:
        """A managed identity, told apart by its client id."""
        if name is None:
            return None
        client = client_id(self.environment, name)
        return PodIdentity(
            annotations={CLIENT_ID: client},
            labels={USE_IDENTITY: "true"},
            scaler={"provider": "azure-workload", "identityId": client_id(self.environment, AUTOSCALER)},
        )

    @property
    def backups_as(self) -> str:
        """One identity for whatever writes to a storage account."""
        return BACKUPS

    def assigned_ids(self) -> Mapping[str, AssignedId]:
        """The client id of each identity."""
        return assigned_ids(self.environment)

    def secret_store(self, store: SecretStore, namespace: str) -> list[Json]:
        """The environment's Key Vault, read as the namespace's own ServiceAccount."""
        from groundplan.platforms.azure.secret_store import key_vault

        return key_vault(self.environment, store, namespace)

    @property
    def provided(self) -> Mapping[str, Any]:
        """What the managed Kubernetes brings."""
        return data_of("groundplan.platforms.azure", "provided.yaml")

    def add_monitoring(self, scope: Component) -> None:
        """What the agent of Azure Monitor collects."""
        if self._settings.monitor is not None:
            from groundplan.platforms.azure.agent_settings import AgentSettings

            AgentSettings(scope, "agent", self._settings.monitor)


def _gateway_subnet(environment: Environment) -> list[str]:
    """The Application Gateway connects to pods from its own subnet."""
    azure = environment.platform.azure
    if azure is None or azure.edge.gateway is None:
        raise LookupError(
            "is behind an application gateway that is not described", "describe platform.azure.edge.gateway"
        )
    if azure.network is None:
        raise LookupError("is behind a gateway, but the network is not known", "describe platform.azure.network")
    return [azure.network.subnets[azure.edge.gateway.subnet].cidr]


def _add_public_hosts(environment: Environment, component: Component) -> None:
    from groundplan.platforms.azure.ingress import add_public_hosts

    add_public_hosts(environment, component)
