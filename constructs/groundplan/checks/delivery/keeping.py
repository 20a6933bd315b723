"""Nothing that holds data or an identity goes because one file is gone: Argo CD asks a person first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from groundplan.checks.gate import Context
from groundplan.checks.inventory import Inventory, Object
from groundplan.errors import Finding

SYNC_OPTIONS = "argocd.argoproj.io/sync-options"
SAFE = frozenset({"Prune=confirm", "Prune=false"})

HOLDS: Mapping[tuple[str, str], str] = {
    ("", "Namespace"): "everything in it",
    ("", "PersistentVolumeClaim"): "data",
    ("apps", "StatefulSet"): "the claims of its pods",
    ("apiextensions.k8s.io", "CustomResourceDefinition"): "every object of its kind",
    ("postgresql.cnpg.io", "Cluster"): "data",
    # AWS
    ("ec2.services.k8s.aws", "VPC"): "the addresses of everything in it",
    ("ecr.services.k8s.aws", "Repository"): "images",
    ("eks.services.k8s.aws", "Cluster"): "a cluster",
    ("iam.services.k8s.aws", "OpenIDConnectProvider"): "the trust of pipelines",
    ("kms.services.k8s.aws", "Key"): "what was encrypted with it",
    ("route53.services.k8s.aws", "HostedZone"): "the name servers that the domain was delegated to",
    ("s3.services.k8s.aws", "Bucket"): "objects",
    ("secretsmanager.services.k8s.aws", "Secret"): "a secret's value",
    # Azure
    ("cache.azure.com", "Redis"): "data",
    ("cdn.azure.com", "AfdEndpoint"): "a host name of Azure's choice",
    ("cdn.azure.com", "Profile"): "every route of its endpoints",
    ("containerregistry.azure.com", "Registry"): "images",
    ("containerservice.azure.com", "ManagedCluster"): "a cluster",
    ("containerservice.azure.com", "ManagedClustersAgentPool"): "every pod on its nodes",
    ("dbforpostgresql.azure.com", "FlexibleServer"): "data",
    ("dbforpostgresql.azure.com", "FlexibleServersDatabase"): "data",
    ("keyvault.azure.com", "Vault"): "secrets and keys",
    ("managedidentity.azure.com", "UserAssignedIdentity"): "an id that roles and pods refer to",
    ("network.azure.com", "ApplicationGateway"): "the way in",
    ("network.azure.com", "PrivateDnsZone"): "the records of private endpoints",
    ("network.azure.com", "PublicIPAddress"): "an address that others were told",
    ("network.azure.com", "VirtualNetwork"): "the addresses of everything in it",
    ("network.azure.com", "VirtualNetworksSubnet"): "the addresses of everything in it",
    ("operationalinsights.azure.com", "Workspace"): "logs",
    ("resources.azure.com", "ResourceGroup"): "everything in it",
    ("servicebus.azure.com", "Namespace"): "messages",
    ("servicebus.azure.com", "NamespacesQueue"): "messages",
    ("servicebus.azure.com", "NamespacesTopic"): "messages",
    ("servicebus.azure.com", "NamespacesTopicsSubscription"): "messages",
    ("storage.azure.com", "StorageAccount"): "data",
    ("storage.azure.com", "StorageAccountsBlobServicesContainer"): "data",
    ("storage.azure.com", "StorageAccountsFileServicesShare"): "data",
}
"""Kinds that hold something no sync brings back, and what that is."""


def holds(item: Object) -> str:
    """What is lost with an object; empty where a sync brings all of it back."""
    return HOLDS.get((item.group, item.kind), "")


def keeping(inventory: Inventory, _: Context) -> Iterator[Finding]:
    """Objects that a prune would take although something is lost with them."""
    for item in inventory.manifests:
        lost = holds(item)
        options = {option.strip() for option in item.annotations.get(SYNC_OPTIONS, "").split(",")}
        if lost and not options & SAFE:
            message = f"holds {lost} and goes without a question when its file does"
            advice = f"annotate it `{SYNC_OPTIONS}: Prune=confirm,Delete=confirm`"
            yield inventory.finding(item, ("metadata", "annotations"), "delivery.prune", message, advice)
