"""Names of Google's resources: how they are made of what people wrote, and what each kind allows.

What a project may hold once begins with the cluster's name, so that several environments may share a project.
See https://cloud.google.com/compute/docs/naming-resources and the page of each kind.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from enum import Enum


@dataclass(frozen=True, slots=True)
class NameRule:
    """What Google allows as a name of one kind of resource."""

    what: str
    """What people call the kind."""

    shortest: int
    """Fewest characters."""

    longest: int
    """Most characters."""

    form: str = r"[a-z]([a-z0-9-]*[a-z0-9])?"
    """What it must be, from its first character to its last. Default RFC 1035: begins with a letter."""


class GcpKind(Enum):
    """Kinds of resource whose names are made here."""

    ACCOUNT = NameRule("service account", 6, 30)
    BUCKET = NameRule("bucket", 3, 63, r"[a-z0-9]([a-z0-9._-]*[a-z0-9])?")
    CLUSTER = NameRule("cluster of GKE", 1, 40)
    COMPUTE = NameRule("resource of Compute Engine", 1, 63)
    NODE_POOL = NameRule("node pool", 1, 40)
    POOL = NameRule("workload identity pool", 4, 32, r"[a-z0-9-]+")
    REPOSITORY = NameRule("repository of images", 1, 63)
    ROLE = NameRule("role", 3, 64, r"[a-zA-Z0-9_.]+")
    SECRET = NameRule("key of Secret Manager", 1, 255, r"[a-zA-Z0-9_-]+")
    ZONE = NameRule("DNS zone", 1, 63)

    @property
    def rule(self) -> NameRule:
        """What Google allows."""
        return self.value


def name_problem(name: str, kind: GcpKind) -> str | None:
    """What is wrong with `name` for `kind`; None where Google accepts it."""
    rule = kind.rule
    if not rule.shortest <= len(name) <= rule.longest:
        return (
            f"`{name}` has {len(name)} characters, and a {rule.what} has {rule.shortest} to {rule.longest} in its name"
        )
    if not re.fullmatch(rule.form, name):
        return f"`{name}` is not the name of a {rule.what}"
    if kind is GcpKind.BUCKET and (name.startswith("goog") or "google" in name):
        return f"`{name}` has `goog` at its beginning or `google` in it, which Google keeps for itself"
    if kind is GcpKind.POOL and name.startswith("gcp-"):
        return f"`{name}` begins with `gcp-`, which Google keeps for itself"
    return None


OBJECT_NAME = 63
"""Characters of the object's name that Config Connector copies into labels and the like."""


def object_name(*parts: str) -> str:
    """Name of the object that stands for `parts` together; one that grows too long ends in a digest of the whole."""
    whole = "-".join(re.sub(r"[^a-z0-9]+", "-", part.lower()).strip("-") for part in parts if part)
    if len(whole) <= OBJECT_NAME:
        return whole
    digest = hashlib.sha256(whole.encode()).hexdigest()[:8]
    return f"{whole[: OBJECT_NAME - 9].rstrip('-')}-{digest}"


def nodes_account(cluster: str) -> str:
    """Name of the service account of a cluster's nodes."""
    return f"{cluster}-nodes"


def node_tag(cluster: str) -> str:
    """Network tag of a cluster's nodes, which firewall rules speak of."""
    return f"{cluster}-node"


def public_address(cluster: str) -> str:
    """Name of the address through which the public comes in."""
    return f"{cluster}-public"


def role_id(cluster: str, purpose: str) -> str:
    """Id of a role of our own; roles have no hyphens."""
    return f"{cluster}_{purpose}".replace("-", "_")


def zone_name(zone: str) -> str:
    """Name of a DNS zone in the project."""
    return zone.replace(".", "-")
