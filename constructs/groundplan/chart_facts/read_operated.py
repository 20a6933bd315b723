"""Pods that the Prometheus operator makes from the custom resources of a chart.

See https://prometheus-operator.dev/docs/developer/getting-started/ ; labels and ports are those of its StatefulSets.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from groundplan.chart_facts.pods import Container, ContainerPort, Pod
from groundplan.chart_facts.read_pods import claim_of, containers_of
from groundplan.chart_facts.shapes import Document, labels_of, listed, mapping, name_of, namespace_of, words

OWNER = "prometheus-operator"
HARDENED: Mapping[str, Any] = {
    "allowPrivilegeEscalation": False,
    "capabilities": {"drop": ["ALL"]},
    "readOnlyRootFilesystem": True,
}
"""What the operator writes into each container it makes."""

RELOADER = "config-reloader"


@dataclass(frozen=True, slots=True)
class Operated:
    """What the operator makes of one kind."""

    app: str
    """Name of the software, and of its container and label."""

    ports: tuple[ContainerPort, ...]
    """Ports beside the web port."""

    web: int
    """Web port."""

    volume: str
    """Field of its storage."""


KINDS: Mapping[str, Operated] = {
    "Prometheus": Operated("prometheus", (), 9090, "storage"),
    "Alertmanager": Operated(
        "alertmanager",
        (ContainerPort(9094, "mesh-tcp"), ContainerPort(9094, "mesh-udp", "UDP")),
        9093,
        "storage",
    ),
}


def operated_pods(documents: Iterable[Document], release: str) -> Iterator[Pod]:
    """Pods of every Prometheus and Alertmanager among `documents`."""
    items = list(documents)
    reloader = _reloader(items)
    for document in items:
        if str(document["apiVersion"]).startswith("monitoring.coreos.com/") and document["kind"] in KINDS:
            yield _pod(document, KINDS[document["kind"]], reloader, release)


def _pod(document: Document, kind: Operated, reloader: Container, release: str) -> Pod:
    spec = mapping(document, "spec")
    name = name_of(document)
    storage = mapping(spec, kind.volume, "volumeClaimTemplate")
    named = {**storage, "metadata": {"name": f"{kind.app}-{name}-db", **mapping(storage, "metadata")}}
    return Pod(
        api_version=str(document["apiVersion"]),
        kind=str(document["kind"]),
        namespace=namespace_of(document, release),
        name=name,
        containers=(
            Container(**{**_fields(reloader), "name": f"init-{RELOADER}", "initial": True, "ports": ()}),
            _main(spec, kind),
            reloader,
            *containers_of(spec),
        ),
        labels={
            "app.kubernetes.io/instance": name,
            "app.kubernetes.io/managed-by": OWNER,
            "app.kubernetes.io/name": kind.app,
            kind.app: name,
            **({"operator.prometheus.io/name": name} if kind.app == "prometheus" else {}),
            **words(spec, "podMetadata", "labels"),
        },
        own_labels=labels_of(document),
        replicas=int(spec.get("replicas", 1)) * int(spec.get("shards", 1)),
        strategy={"type": "RollingUpdate"},
        account=str(spec.get("serviceAccountName") or ""),
        token=bool(spec.get("automountServiceAccountToken", True)),
        host_network=bool(spec.get("hostNetwork")),
        security=mapping(spec, "securityContext"),
        priority=str(spec.get("priorityClassName") or ""),
        grace=int(spec.get("terminationGracePeriodSeconds", 600 if kind.app == "prometheus" else 120)),
        node_selector=words(spec, "nodeSelector"),
        tolerations=tuple(listed(spec, "tolerations")),
        affinity=mapping(spec, "affinity"),
        spread=tuple(listed(spec, "topologySpreadConstraints")),
        claims=(claim_of(named),) if storage else (),
        operated=True,
    )


def _main(spec: Document, kind: Operated) -> Container:
    return Container(
        name=kind.app,
        image=str(spec.get("image", "")),
        ports=(ContainerPort(kind.web, str(spec.get("portName", "web"))), *kind.ports),
        requests=words(spec, "resources", "requests"),
        limits=words(spec, "resources", "limits"),
        security=HARDENED,
    )


def _reloader(documents: Iterable[Document]) -> Container:
    """The container beside each, whose image and size the operator's command line says."""
    said: dict[str, str] = {}
    for document in documents:
        for container in listed(document, "spec", "template", "spec", "containers"):
            for word in listed(container, "args"):
                match = re.fullmatch(r"--(?:prometheus-)?config-reloader(-[a-z-]+)?=(.*)", str(word))
                if match:
                    said[(match[1] or "-image").lstrip("-")] = match[2]
    amounts = {
        limit: {unit: said[key] for unit in ("cpu", "memory") if said.get(key := f"{unit}-{limit}", "0") != "0"}
        for limit in ("request", "limit")
    }
    return Container(
        name=RELOADER,
        image=said.get("image", ""),
        ports=(ContainerPort(8080, "reloader-web"),),
        requests=amounts["request"],
        limits=amounts["limit"],
        security=HARDENED,
    )


def _fields(container: Container) -> dict[str, Any]:
    return {name: getattr(container, name) for name in container.__dataclass_fields__}
