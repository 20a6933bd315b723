"""What makes a platform's machines for clusters by Cluster API."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from groundplan.errors import ConstructError
from groundplan.kubernetes.objects import Json


@dataclass(frozen=True, kw_only=True, slots=True)
class Infrastructure:
    """The provider of one platform."""

    name: str
    """What Cluster API calls it."""

    namespace: str
    """Where it is installed."""

    releases: Mapping[str, str]
    """Minor of Cluster API to the provider's newest release that was built against it, e.g. `1.11` to `v2.10.3`."""

    settings: str
    """Secret with what it is started with, in its namespace."""

    variables: Mapping[str, str]
    """What stands in that Secret. None of it is secret, but the operator reads it from there."""

    patches: tuple[Json, ...] = ()
    """What is changed in its manifests before they are applied. Default nothing."""

    service_account: str
    """ServiceAccount that acts in the cloud."""

    permissions: str
    """What it must be allowed there."""

    objects: tuple[Json, ...] = ()
    """Further objects that its clusters refer to. Default none."""

    def release_for(self, core: str) -> str:
        """The provider's release that goes with a release of Cluster API such as `v1.11.11`.

        Raises:
            ConstructError: where none is written down.
        """
        minor = ".".join(core.removeprefix("v").split(".")[:2])
        if minor not in self.releases:
            raise ConstructError(
                f"provider {self.name}",
                f"no release is known for Cluster API {minor}, only for {', '.join(self.releases)}",
                "add it to the platform's machine_provider.py",
            )
        return self.releases[minor]
