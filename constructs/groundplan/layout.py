"""Where every generated file lies: the one pure function from an object to its path.

The scheme never changes: reviewers, Argo CD and `git log --follow` depend on it. Paths are computable from names,
so nobody has to look one up:

    dist/<system>/<environment>/<component>/[<namespace>/]<Kind>-<name>.yaml
    argocd/<system>/<environment>/{,root-}{applications,management}/<Kind>-<name>.yaml
    dist/<system>/pipelines/.github/workflows/<workflow>.yml
    docs/systems/<system>/<page>.md
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Any

from groundplan.kubernetes.kinds import api_group, is_cluster_scoped

STAGING = ".groundplan"
"""Folder in the repository for what is not finished, or known from the last run; git ignores it."""

DIST = PurePosixPath("dist")
ARGOCD = PurePosixPath("argocd")
DOCS = PurePosixPath("docs/systems")
ENVIRONMENTS = "environments"
"""The folder of what people edit."""

PIPELINES = "pipelines"
"""The folder beside a system's environments that holds its workflow files."""

AMBIGUOUS_KINDS: frozenset[str] = frozenset(
    {
        "Addon",
        "Backup",
        "Bucket",
        "Cluster",
        "Database",
        "Instance",
        "Key",
        "Policy",
        "Queue",
        "Role",
        "Secret",
        "Service",
        "Subnet",
        "Topic",
        "User",
        "Vault",
        "RoleBinding",
        "NetworkPolicy",
        "Certificate",
        "Gateway",
    }
)
"""Kinds that more than one API group has. Kubernetes' own keep the short file name, every other group's carries
the group, always, so that a second group arriving later never renames a file."""

CORE_GROUPS: frozenset[str] = frozenset({"", "apps", "batch", "autoscaling", "policy"})


def environment_dir(system: str, environment: str) -> PurePosixPath:
    """Folder of one environment's manifests."""
    return DIST / system / environment


def component_dir(system: str, environment: str, component: str) -> PurePosixPath:
    """Folder of one component: what one Argo CD Application syncs."""
    return environment_dir(system, environment) / component


def argocd_dir(system: str, environment: str) -> PurePosixPath:
    """Folder of one environment's Argo CD objects."""
    return ARGOCD / system / environment


def pipelines_dir(system: str) -> PurePosixPath:
    """Folder of one system's workflow files, laid out like the repository they are copied to."""
    return DIST / system / PIPELINES


def docs_dir(system: str) -> PurePosixPath:
    """Folder of one system's documents."""
    return DOCS / system


def compliance_report(system: str) -> PurePosixPath:
    """What each requirement is met by, measured in the tree."""
    return docs_dir(system) / "compliance.md"


def reachability_page(system: str) -> PurePosixPath:
    """Who reaches what, measured in the tree."""
    return docs_dir(system) / "reachability.md"


def nodes_page(system: str) -> PurePosixPath:
    """What stands on the nodes of its clusters, measured in the tree."""
    return docs_dir(system) / "nodes.md"


def measured_pages(system: str) -> tuple[PurePosixPath, ...]:
    """Documents that are not rendered but measured afterwards: `groundplan report` writes them."""
    return compliance_report(system), nodes_page(system), reachability_page(system)


def file_name(manifest: Mapping[str, Any]) -> str:
    """`<Kind>-<name>.yaml`, with the API group after the kind where another group has the same kind."""
    kind, name = manifest["kind"], manifest["metadata"]["name"]
    group = api_group(manifest["apiVersion"])
    if kind in AMBIGUOUS_KINDS and group not in CORE_GROUPS and not group.endswith(".k8s.io"):
        return f"{kind}.{group}-{name}.yaml"
    return f"{kind}-{name}.yaml"


def object_path(component: PurePosixPath, manifest: Mapping[str, Any]) -> PurePosixPath:
    """Path of one object below its component's folder; namespaced objects lie in a folder named for the namespace."""
    if is_cluster_scoped(manifest["apiVersion"], manifest["kind"]):
        return component / file_name(manifest)
    namespace: str = manifest["metadata"]["namespace"]
    return component / namespace / file_name(manifest)
