"""What pods are told: every host and port in their settings, in the arguments of probes and in triggers of autoscalers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from groundplan.checks.inventory import Object
from groundplan.checks.reachability.cluster import Cluster
from groundplan.checks.reachability.pods import Pods
from groundplan.checks.urls import addresses, one_address, paired_addresses
from groundplan.yaml.marked import YamlPath


@dataclass(frozen=True, slots=True)
class Told:
    """One address somebody is told."""

    host: str
    """Host name, in lower case."""

    port: int | None
    """Port; None where neither text nor scheme says."""

    item: Object
    """Where it is written."""

    field: YamlPath
    """Field of it."""


def told(cluster: Cluster, pods: Pods) -> Iterator[Told]:
    """Every address in the variables of `pods`, and in the ConfigMaps they become variables from."""
    if pods.origin is None:
        return
    for container in _containers(pods):
        settings = {entry["name"]: entry["value"] for entry in container.get("env", []) if "value" in entry}
        yield from _addresses(settings, pods.origin, ("spec",))
        for source in container.get("envFrom", []):
            name = source.get("configMapRef", {}).get("name")
            item = cluster.config_map(pods.namespace, name) if name else None
            if item is not None:
                yield from _addresses(item.document.get("data") or {}, item, ("data",))


def told_once(text: str, item: Object, field: YamlPath) -> Told | None:
    """The address that `text` is, as the target of a probe or the address of a trigger."""
    address = one_address(text)
    return Told(address.host, address.port, item, field) if address is not None else None


def _containers(pods: Pods) -> list[Mapping[str, Any]]:
    spec = pods.template.get("spec", {})
    return [*spec.get("containers", []), *spec.get("initContainers", [])]


def _addresses(settings: Mapping[str, Any], item: Object, field: YamlPath) -> Iterator[Told]:
    """URLs, and hosts whose port stands in a variable beside them."""
    for key, value in settings.items():
        if isinstance(value, str):
            yield from (Told(address.host, address.port, item, (*field, key)) for address in addresses(value))
    for key, address in paired_addresses(settings):
        yield Told(address.host, address.port, item, (*field, key))
