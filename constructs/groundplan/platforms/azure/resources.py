"""What every Azure resource here shares: its owner, its references, its tags, and what happens when it goes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from groundplan.delivered import ASK_FIRST
from groundplan.parts import Component, Json, Manifest, Part
from groundplan.platforms.azure.naming import AzureKind, object_name
from groundplan.platforms.azure.site import Site

RECONCILE_POLICY = "serviceoperator.azure.com/reconcile-policy"
"""`detach-on-delete` keeps the Azure resource when the object is deleted: data outlives a mistaken prune; with `skip` nothing
is written either. See https://azure.github.io/azure-service-operator/guide/annotations/ ."""

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

AUTHORIZATION = "authorization.azure.com/v1api20220401"

RESOURCE_GROUP = ("resources.azure.com", "ResourceGroup")


def _asking_first(document: Mapping[str, Any]) -> Mapping[str, Any]:
    """`document`, annotated so that it is pruned only after a person agreed, where something is lost with it."""
    metadata = document["metadata"]
    annotations = metadata.get("annotations") or {}
    if RECONCILE_POLICY not in annotations and document["kind"] not in LASTING:
        return document
    return {**document, "metadata": {**metadata, "annotations": {**annotations, **ASK_FIRST}}}


class AzurePart(Part):
    """Base of constructs that emit Azure resources.

    Args:
        scope: scope.
        id_: construct id.
        site: where the resources stand.
    """

    def __init__(self, scope: Component | Part, id_: str, site: Site) -> None:
        super().__init__(scope, id_)
        self.site = site
        self.location = site.location

    def azure_name(self, kind: AzureKind, purpose: str = "") -> str:
        """Name of a resource by the site's convention."""
        return self.site.name(kind, purpose)

    def emit(self, document: Mapping[str, Any]) -> Manifest:
        """Add one object, under a name Kubernetes takes: names made of several of Azure's may grow too long."""
        name = document["metadata"]["name"]
        if not 1 <= len(name) <= LONGEST_OBJECT_NAME:
            what = (
                f"the {document['kind']} `{name}` has a name of {len(name)} characters, not 1 to {LONGEST_OBJECT_NAME}"
            )
            raise self.fail(what, "shorten what it is made of")
        return super().emit(_asking_first(document))

    def add(
        self,
        api_version: str,
        kind: str,
        name: str,
        spec: Json,
        *,
        owner: str | None = None,
        keep: bool = False,
        left_alone: bool = False,
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
            left_alone: whether somebody else changes the resource from now on, and the operator only looks. Default false.
            tagged: whether the kind has tags. Default true.
            tags: tags beside those of every resource. Default none.
        """
        metadata: Json = {"name": object_name(name)}
        if keep or left_alone:
            metadata["annotations"] = {RECONCILE_POLICY: "skip" if left_alone else "detach-on-delete"}
        full: Json = {"azureName": name, "owner": {"name": owner or self.site.resource_group}, **spec}
        if tagged:
            full["tags"] = {**self.site.tags, **(tags or {})}
        return self.emit({"apiVersion": api_version, "kind": kind, "metadata": metadata, "spec": full})

    def grant(self, name: str, *, to: str, role: str, scope: Json) -> Manifest:
        """Give an identity a built-in role on one resource.

        Args:
            name: name of the object.
            to: ConfigMap of the management cluster that holds the identity's `principalId`.
            role: id of the built-in role.
            scope: group, kind and name of the resource.
        """
        source = {"principalIdFromConfig": {"name": to, "key": "principalId"}, "principalType": "ServicePrincipal"}
        return self._grant(name, source, role, scope)

    def grant_people(self, name: str, *, to: str, role: str, scope: Json) -> Manifest:
        """Give a group of the directory a built-in role on one resource.

        Args:
            name: name of the object.
            to: object id of the group.
            role: id of the built-in role.
            scope: group, kind and name of the resource.
        """
        return self._grant(name, {"principalId": to, "principalType": "Group"}, role, scope)

    def _grant(self, name: str, principal: Json, role: str, scope: Json) -> Manifest:
        return self.emit(
            {
                "apiVersion": AUTHORIZATION,
                "kind": "RoleAssignment",
                "metadata": {"name": name},
                "spec": {
                    "owner": dict(scope),
                    **principal,
                    "roleDefinitionReference": {"armId": self.site.built_in_role(role)},
                },
            }
        )
