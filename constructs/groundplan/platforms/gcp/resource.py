"""What every resource of Google Cloud has in common: its project, its object, and what happens when the object goes.

See https://cloud.google.com/config-connector/docs/how-to/managing-deleting-resources .
"""

from __future__ import annotations

from collections.abc import Mapping

from groundplan.delivered import ASK_FIRST
from groundplan.parts import Component, Json, Manifest, Part
from groundplan.platforms.gcp.kinds import ENDING, VERSION, group_of
from groundplan.platforms.gcp.names import object_name
from groundplan.platforms.gcp.site import Site

PROJECT = f"{ENDING}/project-id"
DELETION = f"{ENDING}/deletion-policy"

LABELLED = frozenset(
    {
        "ArtifactRegistryRepository",
        "ComputeAddress",
        "ContainerCluster",
        "DNSManagedZone",
        "KMSCryptoKey",
        "SecretManagerSecret",
        "StorageBucket",
    }
)
"""Kinds of resource that have labels at Google; Config Connector copies those of the object that have no slash."""


class GcpPart(Part):
    """Base of the constructs that emit resources of Google Cloud.

    Args:
        scope: scope.
        id_: construct id.
        site: where the resources stand.
    """

    def __init__(self, scope: Component | Part, id_: str, site: Site) -> None:
        super().__init__(scope, id_)
        self.site = site

    def emit_resource(
        self,
        kind: str,
        name: str,
        spec: Mapping[str, object],
        *,
        called: str | None = None,
        retain: bool = False,
        confirm: bool = False,
        annotations: Mapping[str, str] | None = None,
    ) -> Manifest:
        """Add one resource.

        Args:
            kind: kind of the resource.
            name: name of the object.
            spec: its spec; None values are left out.
            called: name of the resource at Google. Default none: it has no name, or one that Google gives.
            retain: keep the resource when its object goes, because it holds data or a name that cannot be had again.
            confirm: have Argo CD ask a person before the object goes.
            annotations: further annotations.
        """
        notes = {PROJECT: self.site.project, DELETION: "abandon" if retain else "delete", **(annotations or {})}
        if confirm or retain:
            notes |= ASK_FIRST
        metadata: Json = {"name": name, "annotations": dict(sorted(notes.items()))}
        if kind in LABELLED:
            metadata["labels"] = dict(self.site.labels)
        full = {**spec, **({"resourceID": called} if called is not None else {})}
        return self.emit(
            {
                "apiVersion": f"{group_of(kind)}/{VERSION}",
                "kind": kind,
                "metadata": metadata,
                "spec": {key: value for key, value in full.items() if value is not None},
            }
        )

    def permit(self, member: str, role: str, on: Json, *, name: str, condition: Json | None = None) -> Manifest:
        """Give somebody a role on one resource.

        Args:
            member: who, as IAM writes it.
            role: `roles/...`, or one of the project's own.
            on: the resource, as `reference_to` or `project_of` says it.
            name: name of the object, told apart from others by the role.
            condition: when it holds. Default always.
        """
        short = role.rpartition("/")[2].replace(".", "-")
        spec = {"member": member, "role": role, "resourceRef": on, "condition": condition}
        return self.emit_resource("IAMPolicyMember", object_name(name, short), spec)

    @property
    def whole_project(self) -> Json:
        """The project, as rights on all of it name it."""
        return {"kind": "Project", "external": f"projects/{self.site.project}"}


def reference(name: str, namespace: str = "") -> Json:
    """A reference to another object; its controller waits until that exists."""
    return {"name": name, **({"namespace": namespace} if namespace else {})}


def reference_to(kind: str, name: str) -> Json:
    """A resource that rights are given on, by its object."""
    return {"apiVersion": f"{group_of(kind)}/{VERSION}", "kind": kind, "name": name}


def external_to(kind: str, name: str) -> Json:
    """A resource that rights are given on and that no object of the namespace is."""
    return {"kind": kind, "external": name}
