"""What the environment file says of a cluster that somebody else made."""

from __future__ import annotations

from pydantic import Field

from groundplan.model.cluster import Taint
from groundplan.model.values import Cpu, LabelValue, Memory, Model, Name, Quantity
from groundplan.platforms.chapter import PlatformSettings


class StatedNodes(Model):
    """Equal nodes of a cluster that somebody else made, as far as it matters who fits on them."""

    count: int = Field(default=1, ge=1)
    """How many there are. Default 1."""

    cpu: Cpu
    """Cores of one."""

    memory: Memory
    """Memory of one."""

    disk: Quantity = "40Gi"
    """Disk of one that images, logs and scratch space share. Default 40Gi."""

    pods: int = Field(default=110, ge=10, le=500)
    """Pods one takes. Default 110, as Kubernetes has it."""

    labels: dict[str, LabelValue] = {}
    """Labels they have. Default none."""

    taints: list[Taint] = []
    """Taints they have. Default none."""


class Existing(PlatformSettings):
    """A cluster that somebody else made; nothing is rented for it."""

    region: str = "local"
    """Where it stands, as dashboards and alerts call the place. Default `local`."""

    zones: list[str] = []
    """Zones its nodes stand in. Default none."""

    storage_class: str = "standard"
    """StorageClass of volumes that one pod mounts, where a store names none. Default `standard`."""

    load_balancers: bool = True
    """Whether somebody gives Services of type LoadBalancer an address: k3d does, kind does while cloud-provider-kind runs.
    Default true; otherwise ingress-nginx listens on the ports 30080 and 30443 of every node."""

    nodes: dict[Name, StatedNodes] = {}
    """What it has for nodes, by a name of your choice: the gate `capacity` then says whether everything fits, and the page
    what is left. Default not known, and not judged."""

    buckets: list[str] = []
    """Buckets that backups may be written to, which somebody else made. Default none."""
