"""What the environment file says of a cluster that somebody else made."""

from __future__ import annotations

from groundplan.platforms.chapter import PlatformSettings


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

    buckets: list[str] = []
    """Buckets that backups may be written to, which somebody else made. Default none."""
