"""What every AWS resource has in common: where it stands, who it belongs to, and what happens when it is removed."""

from __future__ import annotations

import json
from collections.abc import Mapping

from groundplan.delivered import ASK_FIRST
from groundplan.parts import Component, Json, Manifest, Part
from groundplan.platforms.aws.site import Site

REGION = "services.k8s.aws/region"
DELETION = "services.k8s.aws/deletion-policy"
ADOPTION = "services.k8s.aws/adoption-policy"
ADOPTION_FIELDS = "services.k8s.aws/adoption-fields"


class AwsPart(Part):
    """Base of the constructs that emit AWS resources.

    Args:
        scope: scope.
        id_: construct id.
        site: where the resources stand.
    """

    def __init__(self, scope: Component | Part, id_: str, site: Site) -> None:
        super().__init__(scope, id_)
        self.site = site
        self.region = site.region
        self.account = site.account
        self.cluster_name = site.cluster

    def emit_resource(
        self,
        service: str,
        kind: str,
        name: str,
        spec: Mapping[str, object],
        *,
        retain: bool = False,
        confirm: bool = False,
        adopt: Mapping[str, str] | None = None,
        annotations: Mapping[str, str] | None = None,
    ) -> Manifest:
        """Add one resource.

        Args:
            service: AWS service whose controller owns the kind, e.g. `ec2`.
            kind: kind of the resource.
            name: name of the object.
            spec: its spec; None values are left out.
            retain: keep the resource when its object goes, because it holds data or a name that cannot be had again.
            confirm: have Argo CD ask a person before the object goes.
            adopt: fields that identify an existing resource, which is then taken over instead of refused.
            annotations: further annotations.
        """
        # The controllers keep what says nothing, so that losing their cluster does not lose the cloud.
        notes = {REGION: self.region, DELETION: "retain" if retain else "delete", **(annotations or {})}
        if adopt is not None:
            notes |= {ADOPTION: "adopt-or-create", ADOPTION_FIELDS: json.dumps(dict(adopt), sort_keys=True)}
        if confirm or retain:
            notes |= ASK_FIRST
        return self.emit(
            {
                "apiVersion": f"{service}.services.k8s.aws/v1alpha1",
                "kind": kind,
                "metadata": {"name": name, "annotations": dict(sorted(notes.items()))},
                "spec": {key: value for key, value in spec.items() if value is not None},
            }
        )

    def tag_map(self, name: str = "") -> dict[str, str]:
        """Tags of a resource: its name, and whom to ask and bill."""
        return {"Name": name, **self.site.tags} if name else dict(self.site.tags)

    def tags(self, name: str = "") -> list[Json]:
        """`tag_map` for the services that write tags as a list."""
        return as_tags(self.tag_map(name))

    def assigned(self, key: str) -> str | None:
        """An id that AWS assigned, if it is known already."""
        return self.site.ids.get(key)


def as_tags(tags: Mapping[str, str]) -> list[Json]:
    """Tags as the list of key and value that most services want."""
    return [{"key": key, "value": value} for key, value in tags.items()]


def reference(name: str) -> Json:
    """A reference to another object of the namespace; its controller fills in the id once there is one."""
    return {"from": {"name": name}}
