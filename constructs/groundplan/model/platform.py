"""The platform chapter: who runs the cluster, and what only that platform has. A new platform adds one field here."""

from __future__ import annotations

from pydantic import model_validator

from groundplan.model.values import Model
from groundplan.platforms.aws.chapter import Aws
from groundplan.platforms.azure.chapter import Azure
from groundplan.platforms.chapter import PlatformSettings
from groundplan.platforms.existing.chapter import Existing
from groundplan.platforms.gcp.chapter import Gcp


class PlatformChapter(Model):
    """Exactly one platform, by its name."""

    aws: Aws | None = None
    """Amazon Web Services. Default not there."""

    azure: Azure | None = None
    """Microsoft Azure. Default not there."""

    existing: Existing | None = None
    """A cluster that somebody else made, a laptop's included. Default not there."""

    gcp: Gcp | None = None
    """Google Cloud. Default not there."""

    @model_validator(mode="after")
    def _one_platform(self) -> PlatformChapter:
        named = [name for name in type(self).model_fields if getattr(self, name) is not None]
        if len(named) != 1:
            what = f"names {' and '.join(named)}" if named else "names no platform"
            raise ValueError(f"{what}; write exactly one of {', '.join(type(self).model_fields)}")
        return self

    @property
    def name(self) -> str:
        """Name of the platform."""
        return next(name for name in type(self).model_fields if getattr(self, name) is not None)

    @property
    def settings(self) -> PlatformSettings:
        """What any platform has."""
        settings: PlatformSettings = getattr(self, self.name)
        return settings
