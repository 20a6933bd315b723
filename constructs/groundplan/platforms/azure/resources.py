"""What every Azure resource here shares: its owner, its references, its tags, and what happens when it goes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from groundplan.delivered import ASK_FIRST
from groundplan.parts import Component, Json, Manifest, Part
from groundplan.platforms.azure.chapter import Azure
from groundplan.platforms.azure.facts import subscription
from groundplan.platforms.azure.naming import AzureKind, azure_name, object_name

RECONCILE_POLICY = "serviceoperator.azure.com/reconcile-policy"
"""`detach-on-delete` keeps the Azure resource when the object is deleted: data outlives a mistaken prune."""

LASTING = frozenset(
    {
        "AfdEndpoint",
        "FlexibleServer",
        "ManagedClustersAgentPool",
        "NamespacesQueue",
        "NamespacesTopic",
        "NamespacesTopicsSubscription",
        "PrivateDnsZone",
        "Profile",
        "PublicIPAddress",
        "ResourceGroup",
        "StorageAccountsBlobServicesContainer",
        "StorageAccountsFileServicesShare",
        "UserAssignedIdentity",
        "VirtualNetwork",
        "VirtualNetworksSubnet",
    }
)
"""Kinds that may be deleted, but not because a file is gone: data, messages, pods, or a name, an address or an id that
others were given go with them. Argo CD asks a person first."""

LONGEST_OBJECT_NAME = 253
"""Most characters of an object's name, see
https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#dns-subdomain-names ."""

RESOURCE_GROUP = ("resources.azure.com", "ResourceGroup")


def reference(group: str, kind: str, name: str) -> Json:
    """A reference to another object of the operator in the same namespace."""
    return {"group": group, "kind": kind, "name": name}


def _asking_first(document: Mapping[str, Any]) -> Mapping[str, Any]:
    """`document`, annotated so that it is pruned only after a person agreed, where something is lost with it."""
    metadata = document["metadata"]
    annotations = metadata.get("annotations") or {}
    if RECONCILE_POLICY not in annotations and document["kind"] not in LASTING:
        return document
    return {**document, "metadata": {**metadata, "annotations": {**annotations, **ASK_FIRST}}}


class AzurePart(Part):
    """Base of constructs that emit Azure resources."""

    def __init__(self, scope: Component | Part, id_: str) -> None:
        super().__init__(scope, id_)
        if self.environment.platform.azure is None:
            raise self.fail("needs the chapter of Azure", "write `platform: {azure: ...}` with the subscription")
        self.azure: Azure = self.environment.platform.azure
        self.location = self.environment.region

    def azure_name(self, kind: AzureKind, purpose: str = "") -> str:
        """Name of a resource by the environment's convention."""
        return azure_name(self.environment, kind, purpose)

    def emit(self, document: Mapping[str, Any]) -> Manifest:
        """Add one object, under a name Kubernetes takes: names made of several of Azure's may grow too long."""
        name = document["metadata"]["name"]
        if not 1 <= len(name) <= LONGEST_OBJECT_NAME:
            what = (
                f"the {document['kind']} `{name}` has a name of {len(name)} characters, not 1 to {LONGEST_OBJECT_NAME}"
            )
            raise self.fail(what, "shorten what it is made of")
        return super().emit(_asking_first(document))

    @property
    def resource_group(self) -> str:
        """Object name of the environment's resource group."""
        return object_name(self.azure_name(AzureKind.RESOURCE_GROUP))

    @property
    def tags(self) -> Json:
        """Tags of every resource."""
        return {
            "environment": self.environment.environment,
            "managed-by": "groundplan",
            "owner": self.environment.owner.team,
            "system": self.environment.system,
            **self.azure.tags,
        }

    def add(
        self,
        api_version: str,
        kind: str,
        name: str,
        spec: Json,
        *,
        owner: str | None = None,
        keep: bool = False,
        tagged: bool = True,
        tags: Mapping[str, str] | None = None,
    ) -> Manifest:
        """Add one resource.

        Args:
            api_version: group and version.
            kind: kind.
            name: name in Azure; the object's name follows from it.
            spec: specification without name, owner and tags.
            owner: object name of the owner. Default the resource group.
            keep: whether the Azure resource outlives its object. Default false.
            tagged: whether the kind has tags. Default true.
            tags: tags beside those of every resource. Default none.
        """
        metadata: Json = {"name": object_name(name)}
        if keep:
            metadata["annotations"] = {RECONCILE_POLICY: "detach-on-delete"}
        full: Json = {"azureName": name, "owner": {"name": owner or self.resource_group}, **spec}
        if tagged:
            full["tags"] = {**self.tags, **(tags or {})}
        return self.emit({"apiVersion": api_version, "kind": kind, "metadata": metadata, "spec": full})

    def arm_id(self, provider: str, name: str) -> str:
        """Azure's own id of a resource of the environment's resource group, for fields that take no reference."""
        account = subscription(self.environment)
        group = self.azure_name(AzureKind.RESOURCE_GROUP)
        return f"/subscriptions/{account}/resourceGroups/{group}/providers/{provider}/{name}"

    def built_in_role(self, role: str) -> str:
        """Azure's own id of a built-in role."""
        account = subscription(self.environment)
        return f"/subscriptions/{account}/providers/Microsoft.Authorization/roleDefinitions/{role}"
