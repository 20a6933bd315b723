"""What pods are told: every host and port in their settings, in the arguments of probes and in triggers of autoscalers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from groundplan.checks.inventory import Object
from groundplan.checks.reachability.cluster import Cluster
from groundplan.checks.reachability.pods import Pods
from groundplan.yaml.marked import YamlPath

_ADDRESS = re.compile(
    r"(?:(?P<scheme>[a-z][a-z0-9+.-]{1,20})://)?(?:[^\s/@\"'<>{}$,;]*@)?"
    r"(?P<host>[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*)(?::(?P<port>[0-9]{1,5}))?(?![\w.-])",
    re.IGNORECASE,
)
_SCHEME_PORTS: Mapping[str, int] = {
    "amqp": 5672,
    "amqps": 5671,
    "http": 80,
    "https": 443,
    "postgres": 5432,
    "postgresql": 5432,
    "redis": 6379,
    "rediss": 6380,
}


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


def one_address(text: str, item: Object, field: YamlPath) -> Told | None:
    """The address that `text` is, as the target of a probe or the address of a trigger."""
    match = _ADDRESS.match(text)
    if match is None:
        return None
    port = int(match["port"]) if match["port"] else _SCHEME_PORTS.get((match["scheme"] or "").lower())
    return Told(match["host"].lower(), port, item, field)


def _containers(pods: Pods) -> list[Mapping[str, Any]]:
    spec = pods.template.get("spec", {})
    return [*spec.get("containers", []), *spec.get("initContainers", [])]


def _addresses(settings: Mapping[str, Any], item: Object, field: YamlPath) -> Iterator[Told]:
    """URLs, and hosts whose port stands in a variable beside them."""
    for key, value in settings.items():
        if not isinstance(value, str):
            continue
        if "://" in value:
            found = one_address(value, item, (*field, key))
            if found is not None:
                yield found
        elif key.upper().endswith("HOST") and value:
            yield Told(value.lower(), _port_beside(key, settings), item, (*field, key))


def _port_beside(key: str, settings: Mapping[str, Any]) -> int | None:
    """The port that belongs to the host in `key`: of the same prefix, or the only one there is."""
    same = [settings[name] for name in (f"{key[:-4]}PORT", f"{key[:-4]}port") if name in settings]
    ports = same or [value for name, value in settings.items() if name.upper().endswith("PORT")]
    return int(ports[0]) if len(ports) == 1 and str(ports[0]).isdigit() else None
