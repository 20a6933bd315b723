"""What the API server checks inside a pod template, and between a template and the selector above it.

Applications are synced by server-side apply, which merges these lists by key, so a key that stands twice is refused
even where plain `kubectl apply` would have taken it.
See https://kubernetes.io/docs/reference/using-api/server-side-apply/#merge-strategy .
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from groundplan.checks.catalogue import POD_TEMPLATES
from groundplan.checks.inventory import Object
from groundplan.checks.names_fields import Problem
from groundplan.kubernetes import validation as rules
from groundplan.yaml.marked import YamlPath

TEMPLATES: Mapping[tuple[str, str], YamlPath] = {**POD_TEMPLATES, ("", "PodTemplate"): ("template",)}
"""Where each kind holds its pod template."""

Json = Mapping[str, Any]


def pods(item: Object) -> Iterator[Problem]:
    """Problems of the pod template of `item`, and of the ports of a Service."""
    if (item.group, item.kind) == ("", "Service"):
        yield from _service_ports(item)
    path = TEMPLATES.get((item.group, item.kind))
    if path is None:
        return
    template: Any = item.document
    for step in path:
        template = template.get(step) if isinstance(template, Mapping) else None
    if not isinstance(template, Mapping):
        return
    if path:
        yield from _metadata(template.get("metadata") or {}, (*path, "metadata"))
        yield from _selected(item, template)
    spec = template.get("spec")
    if isinstance(spec, Mapping):
        yield from _pod(item, spec, (*path, "spec"))


def _metadata(metadata: Json, path: YamlPath) -> Iterator[Problem]:
    for key, value in (metadata.get("labels") or {}).items():
        if reason := rules.qualified_name(key):
            yield (*path, "labels", key), "names.label-key", f"key `{key}` {reason}", "rename it"
        if isinstance(value, str) and (reason := rules.label_value(value)):
            yield (*path, "labels", key), "names.label-value", f"`{value}` {reason}", "shorten it"
    for key in metadata.get("annotations") or {}:
        if reason := rules.qualified_name(key.lower()):
            yield (*path, "annotations", key), "names.annotation-key", f"key `{key}` {reason}", "rename it"


def _selected(item: Object, template: Json) -> Iterator[Problem]:
    wanted = (item.spec.get("selector") or {}).get("matchLabels") or {}
    labels = (template.get("metadata") or {}).get("labels") or {}
    for key, value in wanted.items():
        if labels.get(key) != value:
            yield (
                ("spec", "selector", "matchLabels", key),
                "names.selector",
                (f"`{value}` is not what its own pods carry, `{labels.get(key, '')}`"),
                "write one of the two as the other",
            )


def _pod(item: Object, spec: Json, path: YamlPath) -> Iterator[Problem]:
    volumes = _listed(spec, "volumes")
    yield from _names(volumes, (*path, "volumes"), "volume", rules.dns_label)
    claims = [
        {"name": (claim.get("metadata") or {}).get("name")} for claim in _listed(item.spec, "volumeClaimTemplates")
    ]
    known = {volume.get("name") for volume in [*volumes, *claims]}
    containers = [
        ((*path, field, index), container)
        for field in ("initContainers", "containers")
        for index, container in enumerate(_listed(spec, field))
    ]
    yield from _unique(containers, "name", "container", rules.dns_label)
    for where, container in containers:
        yield from _container(container, where, known)


def _container(container: Json, path: YamlPath, volumes: set[Any]) -> Iterator[Problem]:
    yield from _probes(container, path)
    yield from _names(_listed(container, "env"), (*path, "env"), "variable", rules.variable_name)
    ports = _listed(container, "ports")
    yield from _names(ports, (*path, "ports"), "port", rules.port_name)
    pairs = [(port.get("containerPort"), port.get("protocol", "TCP")) for port in ports]
    for index, pair in enumerate(pairs):
        if pair in pairs[:index]:
            yield (
                (*path, "ports", index),
                "names.twice",
                f"port {pair[0]}/{pair[1]} stands twice",
                "keep one of the two",
            )
    mounts = _listed(container, "volumeMounts")
    for index, mount in enumerate(mounts):
        if mount.get("name") not in volumes:
            yield (
                (*path, "volumeMounts", index, "name"),
                "names.volume",
                (f"there is no volume `{mount.get('name')}`"),
                f"write one of {', '.join(sorted(map(str, volumes))) or 'none yet'}",
            )
        if mount.get("mountPath") in [other.get("mountPath") for other in mounts[:index]]:
            yield (
                (*path, "volumeMounts", index, "mountPath"),
                "names.twice",
                (f"`{mount.get('mountPath')}` is mounted twice"),
                "keep one of the two",
            )
    for probe in ("livenessProbe", "readinessProbe", "startupProbe"):
        port = ((container.get(probe) or {}).get("httpGet") or {}).get("port")
        if isinstance(port, str) and port not in [listed.get("name") for listed in ports]:
            yield (*path, probe, "httpGet", "port"), "names.port", f"there is no port `{port}`", "name one of its ports"


def _service_ports(item: Object) -> Iterator[Problem]:
    ports = _listed(item.spec, "ports")
    path: YamlPath = ("spec", "ports")
    yield from _names(ports, path, "port", rules.dns_label)
    pairs = [(port.get("port"), port.get("protocol", "TCP")) for port in ports]
    for index, (port, pair) in enumerate(zip(ports, pairs, strict=True)):
        if pair in pairs[:index]:
            yield (*path, index), "names.twice", f"port {pair[0]}/{pair[1]} stands twice", "keep one of the two"
        if len(ports) > 1 and "name" not in port:
            yield (*path, index), "names.port", "has no name beside other ports", "write `name:`"


def _names(entries: list[Json], path: YamlPath, what: str, check: Callable[[str], rules.Reason]) -> Iterator[Problem]:
    yield from _unique([((*path, index), entry) for index, entry in enumerate(entries)], "name", what, check)


def _unique(
    entries: list[tuple[YamlPath, Json]], field: str, what: str, check: Callable[[str], rules.Reason]
) -> Iterator[Problem]:
    seen: set[str] = set()
    for path, entry in entries:
        name = entry.get(field)
        if not isinstance(name, str):
            continue  # the schema gate's
        if reason := check(name):
            yield (*path, field), f"names.{what}", f"{what} `{name}` {reason}", "rename it"
        if name in seen:
            yield (*path, field), "names.twice", f"{what} `{name}` stands twice", "keep one of the two"
        seen.add(name)


def _listed(spec: Json, field: str) -> list[Json]:
    entries = spec.get(field)
    return [entry for entry in entries if isinstance(entry, Mapping)] if isinstance(entries, list) else []


def _probes(container: Json, path: YamlPath) -> Iterator[Problem]:
    """A container that names its ports is asked on one of them: on another nothing listens, and it is restarted for ever."""
    known = {
        str(port[field]) for port in _listed(container, "ports") for field in ("containerPort", "name") if field in port
    }
    for purpose in ("livenessProbe", "readinessProbe", "startupProbe"):
        probe = container.get(purpose) or {}
        for action in ("httpGet", "tcpSocket"):
            port = (probe.get(action) or {}).get("port")
            if known and port is not None and str(port) not in known:
                message, advice = (
                    f"asks port `{port}`, which the container does not name",
                    f"write one of {', '.join(sorted(known))}",
                )
                yield (*path, purpose, action, "port"), "names.probe-port", message, advice
