"""What the environment file says of any platform: where it stands, and where its images come from."""

from __future__ import annotations

from groundplan.model.values import Model


class PlatformSettings(Model):
    """Settings that every platform has."""

    region: str
    """The platform's region, e.g. `us-east-1`."""

    zones: list[str]
    """Availability zones in use, in the order subnets refer to them; none where the region has none."""

    registry: str | None = None
    """Host of the container registry the services' images come from; empty for none. Default the platform's own, if it
    has one."""

    mirror: bool = False
    """Whether the registry keeps copies of public images and is asked for them too. Default false: each comes from where
    it is published. Azure calls it artifact cache, AWS pull-through cache; the path stays, `library/` included."""
