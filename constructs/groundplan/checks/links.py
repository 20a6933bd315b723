"""Every reference by name that one object makes, found without knowing the cluster.

Most references follow a convention that holds for Kubernetes' own kinds and for custom resources alike
(`secretKeyRef`, `serviceAccountName`, `issuerRef`, `scaleTargetRef` ...), so the whole document is walked once and
fields are recognised by their name. Only what no convention covers is known by kind, in `groundplan.checks.kind_links`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any

from groundplan.checks.effects import effects
from groundplan.checks.inventory import Identity
from groundplan.checks.kind_links import links_of_kind
from groundplan.checks.link import Document, Link, group_of, identity, namespace_of
from groundplan.checks.urls import Address, addresses, paired_addresses
from groundplan.cluster_api.names import CLUSTER
from groundplan.cluster_api.references import references as machines
from groundplan.kubernetes.kinds import api_group
from groundplan.platforms.platform import ReferenceReader
from groundplan.platforms.registry import platforms
from groundplan.yaml.marked import YamlPath

NAME_FIELDS: Mapping[str, tuple[str, str]] = {
    "claimName": ("", "PersistentVolumeClaim"),
    "existingSecret": ("", "Secret"),
    "ingressClassName": ("networking.k8s.io", "IngressClass"),
    "priorityClassName": ("scheduling.k8s.io", "PriorityClass"),
    "runtimeClassName": ("node.k8s.io", "RuntimeClass"),
    "serviceAccountName": ("", "ServiceAccount"),
    "storageClass": ("storage.k8s.io", "StorageClass"),
    "storageClassName": ("storage.k8s.io", "StorageClass"),
    "volumeSnapshotClassName": ("snapshot.storage.k8s.io", "VolumeSnapshotClass"),
}
"""Fields whose text is the name of an object of this kind, wherever they stand."""

REFERENCE_FIELDS: Mapping[str, tuple[str, str]] = {
    "authenticationRef": ("keda.sh", "TriggerAuthentication"),
    "configMapKeyRef": ("", "ConfigMap"),
    "configMapRef": ("", "ConfigMap"),
    "customQueriesConfigMap": ("", "ConfigMap"),
    "issuerRef": ("cert-manager.io", "Issuer"),
    "scaleTargetRef": ("apps", "Deployment"),
    "secretKeyRef": ("", "Secret"),
    "secretRef": ("", "Secret"),
    "secretStoreRef": ("external-secrets.io", "SecretStore"),
    "secretTargetRef": ("", "Secret"),
    "serviceAccountRef": ("", "ServiceAccount"),
}
"""Fields that hold a mapping with `name`, and perhaps `kind`, `apiVersion` or `group`, `namespace` and `key`."""

KEY_SELECTOR_GROUP = "monitoring.coreos.com"
"""Group in which a mapping of `name` and `key` alone picks a key of a Secret, whatever the field is called."""


@cache
def _key_selector_groups() -> frozenset[str]:
    """That, and those of stores' operators."""
    return frozenset({KEY_SELECTOR_GROUP}).union(*(module.KEY_SELECTOR_GROUPS for module in effects("links")))


CHART_FIELDS = frozenset({"existingSecret", "priorityClassName", "secretKeyRef", "storageClass", "storageClassName"})
"""What a chart's values may refer to outside the chart; other names are its own affair."""

SHAPES = frozenset({"ConstraintTemplate", "CustomResourceDefinition"})
"""Kinds that hold field names as data."""


def links(document: Document) -> Iterator[Link]:
    """Every reference by name that `document` makes.

    The namespace of an object and the provider of its kind are needed by every object; the gates add those themselves.
    """
    if document["kind"] in SHAPES:
        return
    yield from _Finder(document).found()
    yield from links_of_kind(document)


@cache
def _readers() -> tuple[tuple[str, ReferenceReader], ...]:
    """Ending of the groups of every platform's operators and of Cluster API, to how their objects refer to others."""
    return ((CLUSTER, machines), *(pair for platform in platforms() for pair in platform.references().items()))


class _Finder:
    """One walk over one document."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.kind = document["kind"]
        self.group = group_of(document)
        self._readers = [read for ending, read in _readers() if self.group.endswith(ending)]
        self.namespace = namespace_of(document)

    def found(self) -> list[Link]:
        if (self.group, self.kind) == ("argoproj.io", "Application"):
            return self._chart_values()
        links: list[Link] = []
        for key, value in self.document.items():
            if key not in ("metadata", "status"):
                self._add(links, key, value, (key,))
        return links

    def _chart_values(self) -> list[Link]:
        spec = self.document["spec"]
        self.namespace = spec.get("destination", {}).get("namespace", "")
        places: list[tuple[YamlPath, Any]] = [(("spec", "source"), spec.get("source"))]
        places += [(("spec", "sources", index), source) for index, source in enumerate(spec.get("sources", []))]
        links: list[Link] = []
        for path, source in places:
            values = (source or {}).get("helm", {}).get("valuesObject", {})
            self._add(links, "", values, (*path, "helm", "valuesObject"))
        return [link for link in links if link.field[-1] in CHART_FIELDS]

    def _add(self, links: list[Link], key: str, value: Any, path: YamlPath) -> None:
        """Add what `value` refers to; a list and no generator, for one inside another costs the depth of each item."""
        if isinstance(value, dict):
            links += self._mapping(key, value, path)
            for name, item in value.items():
                self._add(links, name, item, (*path, name))
        elif isinstance(value, list):
            for index, item in enumerate(value):
                self._add(links, key, item, (*path, index))
        elif isinstance(value, str) and value and key in NAME_FIELDS:
            links.append(self._link(*NAME_FIELDS[key], value, path))

    def _mapping(self, key: str, value: Mapping[str, Any], path: YamlPath) -> Iterator[Link]:
        name = value.get("name")
        if path == ("data",) and self.kind == "ConfigMap":
            yield from self._settings(value, path)
        elif key == "secret" and isinstance(value.get("secretName"), str):
            yield from self._volume("Secret", value["secretName"], value, path)
        elif not isinstance(name, str):
            yield from self._of_platform(key, value, path)
        elif key == "imagePullSecrets":
            yield self._link("", "Secret", name, path)
        elif key == "env":
            yield from self._variable(name, value, path)
        elif key in REFERENCE_FIELDS:
            # an operator's own word for a field is narrower than the convention
            own = list(self._of_platform(key, value, path))
            yield from own or [self._reference(key, name, value, path)]
        elif key in ("secret", "configMap") and "key" not in value:
            yield from self._volume("Secret" if key == "secret" else "ConfigMap", name, value, path)
        elif key.endswith("Secret") and set(value) == {"name"}:
            yield self._link("", "Secret", name, path)
        elif self.group in _key_selector_groups() and {"name", "key"} <= set(value) <= {"name", "key", "optional"}:
            kind = "ConfigMap" if key.lower().startswith("configmap") or key.endswith("ConfigMap") else "Secret"
            yield self._link("", kind, name, path, value["key"], optional=bool(value.get("optional")))
        else:
            yield from self._of_platform(key, value, path)

    def _of_platform(self, key: str, value: Mapping[str, Any], path: YamlPath) -> Iterator[Link]:
        """As the operators of the platform say it whose kind the object is."""
        for read in self._readers:
            for found in read(key, value, path):
                target = identity(found.group, found.kind, found.namespace or self.namespace, found.name)
                yield Link(target, path, found.part)

    def _reference(self, key: str, name: str, value: Mapping[str, Any], path: YamlPath) -> Link:
        group, kind = REFERENCE_FIELDS[key]
        if "apiVersion" in value:
            group = api_group(value["apiVersion"])
        target = identity(
            value.get("group", group), value.get("kind", kind), value.get("namespace", self.namespace), name
        )
        return Link(target, path, str(value.get("key", "")), bool(value.get("optional")))

    def _volume(self, kind: str, name: str, value: Mapping[str, Any], path: YamlPath) -> Iterator[Link]:
        optional = bool(value.get("optional"))
        keys = [str(item["key"]) for item in value.get("items") or []]
        for key in keys or [""]:
            yield self._link("", kind, name, path, key, optional=optional)

    def _variable(self, name: str, value: Mapping[str, Any], path: YamlPath) -> Iterator[Link]:
        text = value.get("value")
        if isinstance(text, str):
            yield from self._services(addresses(text), (*path, "value"))

    def _settings(self, settings: Mapping[str, Any], path: YamlPath) -> Iterator[Link]:
        texts = {key: text for key, text in settings.items() if isinstance(text, str)}
        for key, text in texts.items():
            yield from self._services(addresses(text), (*path, key))
        for key, address in paired_addresses(texts):
            yield from self._services([address], (*path, key))

    def _services(self, found: Iterable[Address], path: YamlPath) -> Iterator[Link]:
        for address in found:
            if address.service is not None:
                name, namespace = address.service
                target = Identity("", "Service", namespace or self.namespace, name)
                yield Link(target, path, "" if address.port is None else str(address.port))

    def _link(
        self, group: str, kind: str, name: str, path: YamlPath, part: str = "", *, optional: bool = False
    ) -> Link:
        return Link(identity(group, kind, self.namespace, name), path, part, optional)
