"""What a command may name: clusters by their contexts, what is in them, what a page makes, and files of the repository."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from groundplan.checks.catalogue import Catalogue, catalogues
from groundplan.checks.cloud_names import cloud_name
from groundplan.checks.gate import Context
from groundplan.checks.inventory import MANAGEMENT_CLUSTER, Identity, Inventory, Object
from groundplan.checks.made_later import made_later, operated_kinds
from groundplan.checks.own_charts import all_provided, platform_makers
from groundplan.facts.cloud_names import MANAGEMENT
from groundplan.kubernetes.kinds import api_group
from groundplan.model.environment import Environment
from groundplan.platforms.pages import pages_of

ARGOCD_SERVER = "argocd-server"
"""Service that answers for Argo CD."""

_PLACEHOLDER = re.compile(r"\$|^[A-Z][A-Z0-9_-]*$|^[A-Z]{3,}-|<[^<>]*>")

SHORT: Mapping[str, tuple[str, str]] = {
    "cm": ("", "ConfigMap"), "deploy": ("apps", "Deployment"), "ing": ("networking.k8s.io", "Ingress"),
    "ns": ("", "Namespace"), "po": ("", "Pod"), "sts": ("apps", "StatefulSet"), "svc": ("", "Service"),
    "pvc": ("", "PersistentVolumeClaim"), "sa": ("", "ServiceAccount"), "hpa": ("autoscaling", "HorizontalPodAutoscaler"),
    "netpol": ("networking.k8s.io", "NetworkPolicy"), "pdb": ("policy", "PodDisruptionBudget"), "no": ("", "Node"),
    "crd": ("apiextensions.k8s.io", "CustomResourceDefinition"), "cj": ("batch", "CronJob"),
    "pod": ("", "Pod"), "node": ("", "Node"), "job": ("batch", "Job"), "event": ("", "Event"),
    "replicaset": ("apps", "ReplicaSet"), "secret": ("", "Secret"), "configmap": ("", "ConfigMap"), "persistentvolume": ("", "PersistentVolume"),
}  # fmt: skip
"""What `kubectl` calls kinds for short, and kinds that are there although nobody renders one."""


def is_placeholder(word: str) -> bool:
    """Whether a person or a shell fills the word in."""
    return bool(_PLACEHOLDER.search(word))


@dataclass(frozen=True)
class World:
    """Everything that exists, or is declared to come into being."""

    inventory: Inventory
    """The rendered trees."""

    root: Path
    """The repository."""

    environments: Mapping[str, Environment]
    """What was asked for, by `system/environment`."""

    clusters: Mapping[str, Catalogue]
    """What each cluster holds, charts and operators included."""

    made: Mapping[str, frozenset[tuple[str, str]]] = field(default_factory=dict)
    """System to the `(kind, name)` that its pages have people make. Default nothing."""

    @cached_property
    def contexts(self) -> dict[str, str]:
        """Context to the cluster it leads to."""
        found = {MANAGEMENT: MANAGEMENT_CLUSTER}
        for scope, environment in self.environments.items():
            if environment.has_cluster and not environment.is_management_cluster:
                found[pages_of(environment).context(environment)] = scope
        return found

    def systems(self) -> list[str]:
        """Names of the systems."""
        return sorted({environment.system for environment in self.environments.values()})

    @cached_property
    def kinds(self) -> dict[str, set[tuple[str, str]]]:
        """Every word for a kind, singular and plural, to group and kind."""
        known = {(identity.group, identity.kind) for held in self.clusters.values() for identity in held.parts}
        served = (api.rpartition("/") for held in self.clusters.values() for api in held.apis)
        known |= {(group, kind) for group, _, kind in served if group and kind != "*"} | set(SHORT.values())
        words: dict[str, set[tuple[str, str]]] = {}
        for group, kind in known:
            for word in _words(kind):
                words.setdefault(word, set()).add((group, kind))
        for short, pair in SHORT.items():
            words.setdefault(short, set()).add(pair)
        return words

    def kinds_of(self, word: str) -> set[tuple[str, str]]:
        """Kinds that `kubectl` takes `word` for: `deploy`, `ingresses`, `applications.argoproj.io`."""
        name, _, group = word.lower().partition(".")
        found = self.kinds.get(name, set())
        if group:
            return {pair for pair in found if pair[0] == group}
        core = {pair for pair in found if "." not in pair[0] or pair[0].endswith(".k8s.io")}
        return core or found

    def named(self, cluster: str, kinds: set[tuple[str, str]], namespace: str | None, name: str) -> Identity | None:
        """The object of that name; of any namespace where none is said."""
        return next(
            (
                identity
                for identity in self.clusters[cluster].parts
                if (identity.group, identity.kind) in kinds
                and identity.name == name
                and (namespace is None or identity.namespace in ("", namespace))
            ),
            None,
        )

    def of_kind(self, cluster: str, kinds: set[tuple[str, str]], namespace: str | None) -> Iterator[Identity]:
        """Objects of some kinds in a namespace, or in all."""
        return (
            identity
            for identity in self.clusters[cluster].parts
            if (identity.group, identity.kind) in kinds and namespace in (None, identity.namespace, "")
        )

    def is_file(self, path: str) -> bool:
        """Whether the repository has the file or folder."""
        return (self.root / path).exists()

    def applications(self, system: str, name: str) -> list[Object]:
        """Applications of a system by that name."""
        known = self.inventory.by_kind.get(("argoproj.io", "Application"), ())
        return [item for item in known if item.system == system and item.name == name]

    def is_exposed(self, application: Object) -> bool:
        """Whether something leads from outside its cluster to the Argo CD that an Application lives in."""
        return any(
            ARGOCD_SERVER in str(item.spec)
            for item in self.inventory.by_kind.get(("networking.k8s.io", "Ingress"), ())
            if (item.cluster, item.namespace) == (application.cluster, application.namespace)
        )

    @cached_property
    def remote_keys(self) -> frozenset[str]:
        """Keys that ExternalSecrets read from their stores."""
        found: set[str] = set()
        for item in self.inventory.by_kind.get(("external-secrets.io", "ExternalSecret"), ()):
            entries = [
                *item.spec.get("data", ()),
                *(entry.get("extract") or {} for entry in item.spec.get("dataFrom", ())),
            ]
            found |= {str((entry.get("remoteRef") or entry).get("key", "")) for entry in entries}
        return frozenset(found)

    @cached_property
    def rented(self) -> dict[str, dict[str, Object]]:
        """`group/Kind` of cloud resources to those that exist, by the name their cloud knows them by."""
        found: dict[str, dict[str, Object]] = {}
        for item in self.inventory.manifests:
            if item.cluster == MANAGEMENT_CLUSTER:
                found.setdefault(f"{item.group}/{item.kind}", {})[cloud_name(item)] = item
        return found


def _words(kind: str) -> tuple[str, ...]:
    """Singular and plural as Kubernetes forms them."""
    singular = kind.lower()
    if singular.endswith("y") and singular[-2:-1] not in ("a", "e", "o", "u"):
        return singular, f"{singular[:-1]}ies"
    if singular.endswith(("s", "x", "ch", "sh")):
        return singular, f"{singular}es"
    return singular, f"{singular}s"


def world_of(inventory: Inventory, context: Context) -> World:
    """The world of a rendered tree.

    Raises:
        EnvironmentFileError: where the list of what is provided cannot be read.
    """
    clusters = catalogues(inventory, all_provided(context), platform_makers(context))
    for application in inventory.by_kind.get(("argoproj.io", "Application"), ()):
        facts = context.facts_of(application)
        held = clusters[application.cluster]
        for item in facts.objects if facts is not None else ():
            held.parts.setdefault(Identity(item.group, item.kind, item.namespace, item.name), None)
    for kind in operated_kinds():
        for owner in inventory.by_kind.get(kind, ()):
            held = clusters[owner.cluster]
            for made in made_later(owner):
                group, metadata = api_group(made["apiVersion"]), made["metadata"]
                identity = Identity(group, str(made["kind"]), str(metadata.get("namespace", "")), str(metadata["name"]))
                held.parts.setdefault(identity, None)
    for cluster in (MANAGEMENT_CLUSTER, *context.environments):
        clusters.setdefault(cluster, Catalogue(cluster))
    return World(inventory, context.root, context.environments, clusters)
