"""Identities that follow from the data chapter: which pods of databases touch which bucket."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from groundplan.kubernetes.namespaces import VELERO
from groundplan.model.environment import Environment
from groundplan.stores.registry import stores_of


@dataclass(frozen=True, slots=True)
class BucketRight:
    """What may be done with objects of a bucket."""

    bucket: str
    """The bucket."""

    prefix: str
    """What the names of the objects begin with."""

    actions: Literal["read", "write", "read-write"]
    """What may be done."""


@dataclass(frozen=True, slots=True)
class Identity:
    """A ServiceAccount and what it may do with objects in buckets."""

    service_account: str
    """Name of the ServiceAccount."""

    namespace: str
    """Namespace it lives in."""

    grant: BucketRight
    """Bucket, prefix and actions."""

    lists_bucket: bool = False
    """Whether it may list beyond the prefix. Default false. Barman asks whether the bucket exists before it archives a
    segment, and an object store refuses that question to whoever may list only a prefix.
    See https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadBucket.html ."""


COPIER = "velero"
"""ServiceAccount of what copies objects and volumes out of a cluster."""


def cluster_copier(environment: Environment) -> Identity | None:
    """Who writes copies of the cluster; None where nobody does. It asks whether the bucket is there, too."""
    backups = environment.backups
    if backups is None or not environment.has_cluster:
        return None
    right = BucketRight(backups.bucket, backups.prefix, "read-write")
    return Identity(COPIER, VELERO, right, lists_bucket=True)


def data_identities(environment: Environment) -> Iterator[Identity]:
    """The identities of databases, dumps and restore tests."""
    if not environment.has_workloads:
        return
    for store in stores_of(environment).values():
        for access in store.bucket_access():
            right = BucketRight(access.bucket, access.prefix, access.actions)
            yield Identity(access.service_account, environment.namespace, right, lists_bucket=access.lists_bucket)
