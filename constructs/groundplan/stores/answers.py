"""What a store answers with: the records that the rest of the house reads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from groundplan.model.containers import Resources
from groundplan.yaml.marked import YamlPath

Json = dict[str, Any]
Reference = tuple[YamlPath, str]
"""Where something is named, and the name."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SecretKey:
    """Where a value lies that nobody reads here."""

    secret: str
    """Name of the Secret, in the namespace of the services."""

    key: str
    """Key in it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Demand:
    """Pods that a store runs in the cluster."""

    count: int
    """How many."""

    resources: Resources
    """What each asks for and may take."""

    node_pool: str | None
    """Node pool they name; none for wherever there is no taint."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Folder:
    """A folder of a bucket in which a store keeps something that retention deletes."""

    path: YamlPath
    """Where `bucket` and `prefix` are written."""

    bucket: str
    """Bucket or container."""

    prefix: str
    """Folder in it, with a slash at its end."""


@dataclass(frozen=True, kw_only=True, slots=True)
class BucketAccess:
    """A ServiceAccount of a store's pods and what it may do with objects in a bucket."""

    path: YamlPath
    """Where it is written."""

    service_account: str
    """Name of the ServiceAccount, in the namespace of the services."""

    bucket: str
    """Bucket or container."""

    prefix: str
    """Folder in it."""

    actions: Literal["read", "write", "read-write"]
    """What it may do there."""

    lists_bucket: bool = False
    """Whether it may list beyond the prefix. Default false."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Reachability:
    """How it is found out from the cluster whether a store that the cloud runs answers."""

    address: str
    """Host and port."""

    encrypts_first: bool
    """Whether it speaks TLS from the first byte on."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Handed:
    """What each container finds that calls a store: files that somebody in the cluster makes, and where they are."""

    volume: str
    """Name of the volume."""

    directory: str
    """Where it is mounted, for reading only."""

    sources: tuple[Json, ...]
    """What is projected there, as Kubernetes writes it."""

    variables: Mapping[str, str] = field(default_factory=dict)
    """Environment variables that say so. Default none."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Description:
    """A store in a row of a page: what is rendered, not what another engine would be."""

    what: str
    """Product and version."""

    run_by: str
    """Who runs it."""

    how: str
    """Copies, tier or behaviour, in a few words."""

    size: str
    """Capacity, as it is sold or asked for."""
