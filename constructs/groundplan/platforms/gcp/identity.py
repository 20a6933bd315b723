"""Who the pods of a cluster are to Google Cloud, and what the system's own pods may do.

Rights are given to the ServiceAccount itself: no service account of Google's stands between, and there is no key.
GKE's tokens Google knows; those of any other cluster it takes from the issuer that the pool's provider names.
See https://cloud.google.com/iam/docs/workload-identity-federation-with-kubernetes .
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from groundplan.facts.actors import actors
from groundplan.facts.identities import Identity, cluster_copier, data_identities
from groundplan.model.environment import Environment
from groundplan.parts import Component, Json, Part
from groundplan.platforms.gcp.chapter import Bucket, Grant
from groundplan.platforms.gcp.names import object_name
from groundplan.platforms.gcp.resource import GcpPart, external_to, reference, reference_to
from groundplan.platforms.gcp.site import PROVIDER, Site, settings_of

OBJECT_ROLES = {
    "read": "roles/storage.objectViewer",
    "write": "roles/storage.objectCreator",
    "read-write": "roles/storage.objectUser",
}
"""What may be done with objects, to the role that lets somebody. See
https://cloud.google.com/storage/docs/access-control/iam-roles ."""

LISTS_BUCKET = "roles/storage.legacyBucketReader"
"""Sees the bucket itself and lists all of it: what the archiver asks before it writes a segment."""


class ClusterPool(GcpPart):
    """A pool for the ServiceAccounts of a cluster that is not GKE's, and its one provider.

    A token is taken that the cluster's issuer signed for the provider itself, so that one made for the API server is not.
    """

    def __init__(self, scope: Component | Part, id_: str, site: Site) -> None:
        super().__init__(scope, id_, site)
        project = {"external": f"projects/{site.project}"}
        self.emit_resource(
            "IAMWorkloadIdentityPool",
            id_,
            {"projectRef": project, "location": "global", "displayName": f"Pods of {site.cluster}"[:32]},
            called=site.pool,
        )
        self.emit_resource(
            "IAMWorkloadIdentityPoolProvider",
            id_,
            {
                "projectRef": project,
                "location": "global",
                "workloadIdentityPoolRef": reference(id_),
                "attributeMapping": {
                    "google.subject": "assertion.sub",
                    "attribute.namespace": "assertion['kubernetes.io']['namespace']",
                },
                "oidc": {"issuerUri": site.issuer, "allowedAudiences": [site.token_audience]},
            },
            called=PROVIDER,
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Permission:
    """What a ServiceAccount may do with the objects of a bucket."""

    account: str
    """Name of the ServiceAccount."""

    grant: Grant
    """Bucket, prefix and actions."""

    lists_bucket: bool = False
    """Whether it may list beyond the prefix, and see the bucket. Default false."""


class WorkloadIdentities(GcpPart):
    """The rights of the system's own pods, each bound to a bucket and, where one is stated, to a prefix.

    Args:
        scope: scope.
        id_: construct id.
        site: where the rights are.
        namespace: namespace of the ServiceAccounts.
        permissions: who may do what.
        buckets: the chapter's buckets.
    """

    def __init__(
        self,
        scope: Component | Part,
        id_: str,
        site: Site,
        *,
        namespace: str,
        permissions: Sequence[Permission],
        buckets: Mapping[str, Bucket],
    ) -> None:
        super().__init__(scope, id_, site)
        for permission in permissions:
            grant = permission.grant
            member = site.principal(namespace, permission.account)
            bucket = bucket_reference(buckets, grant.bucket)
            name = object_name(permission.account, grant.bucket, grant.prefix)
            self.permit(member, OBJECT_ROLES[grant.actions], bucket, name=name, condition=below(grant))
            if permission.lists_bucket:
                self.permit(member, LISTS_BUCKET, bucket, name=object_name(permission.account, grant.bucket))


def bucket_reference(buckets: Mapping[str, Bucket], name: str) -> Json:
    """A bucket, as rights name it; by Google's name where another environment has it."""
    own = name in buckets and buckets[name].of is None
    return reference_to("StorageBucket", name) if own else external_to("StorageBucket", name)


def below(grant: Grant) -> Json | None:
    """The condition that keeps a right below its prefix; None where it has none.

    A list has no object that it is about, so it is told by the prefix that it asks for.
    See https://cloud.google.com/iam/docs/conditions-attribute-reference#gcs_attributes .
    """
    if not grant.prefix:
        return None
    start = f"projects/_/buckets/{grant.bucket}/objects/{grant.prefix}"
    objects = f'resource.name.startsWith("{start}")'
    lists = f'api.getAttribute("storage.googleapis.com/objectListPrefix", "").startsWith("{grant.prefix}")'
    return {
        "title": f"below {grant.prefix}",
        "expression": objects if grant.actions == "write" else f"{objects} || {lists}",
    }


def permissions(environment: Environment) -> list[Permission]:
    """What services and jobs were granted by name, and what the stores' own ServiceAccounts need."""
    grants = settings_of(environment).grants
    found = [
        Permission(account=actor.account, grant=grants[name])
        for actor in actors(environment)
        for name in actor.cloud_access
    ]
    found += [_permission(identity) for identity in data_identities(environment)]
    unique = {(item.account, item.grant, item.lists_bucket): item for item in found}
    return [unique[key] for key in sorted(unique, key=str)]


def copier_permissions(environment: Environment) -> list[Permission]:
    """What copies of the cluster need; nothing where none are made."""
    copier = cluster_copier(environment)
    return [_permission(copier)] if copier is not None else []


def _permission(identity: Identity) -> Permission:
    right = identity.grant
    grant = Grant(bucket=right.bucket, prefix=right.prefix, actions=right.actions)
    return Permission(account=identity.service_account, grant=grant, lists_bucket=identity.lists_bucket)
