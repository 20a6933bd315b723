"""Identities that follow from the data chapter: which pods of databases touch which bucket."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from groundplan.model.data import Postgres
from groundplan.model.environment import Environment


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
    segment, and S3 refuses that question to whoever may list only a prefix.
    See https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadBucket.html ."""


def data_identities(environment: Environment) -> Iterator[Identity]:
    """The identities of databases, dumps and restore tests."""
    if not environment.has_workloads:
        return
    for name, store in environment.data.items():
        if not isinstance(store, Postgres) or store.backup is None or store.engine != "cloudnative-pg":
            continue
        backup, namespace = store.backup, environment.namespace
        archive = BucketRight(backup.bucket, backup.wal_prefix, "read-write")
        yield Identity(name, namespace, archive, lists_bucket=True)
        if backup.dump_schedule is not None:
            yield Identity(backup.dump_name, namespace, BucketRight(backup.bucket, backup.dump_prefix, "write"))
        if backup.restore_test is not None:
            yield Identity(
                backup.restore_test_name,
                namespace,
                BucketRight(backup.bucket, backup.dump_prefix, "read"),
            )
