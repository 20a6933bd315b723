"""What a prober asks, and from where; pages speak of it too, which build no construct."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from groundplan.kubernetes.objects import Json

Module = Literal["answer", "connect", "connect-tls"]
"""Ways to ask: by a request, or by connecting in plain or by TLS."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Target:
    """What is asked, and how."""

    name: str
    """Name of the store, or of the host as an object carries it."""

    module: Module
    """How."""

    address: str
    """Host and port, or URL."""

    labels: Mapping[str, str]
    """Labels of what is measured."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ProberProps:
    """What is asked, and from where."""

    system: str
    """Name of the system, whose priority classes and labels the pod has."""

    image: str
    """Image, with the registry it is pulled from."""

    targets: Sequence[Target]
    """Everything that is asked."""

    sources: Sequence[Json]
    """Peers that read the answers."""

    egress: Sequence[Json]
    """Rules that lead to everything that is asked, beside name resolution."""
