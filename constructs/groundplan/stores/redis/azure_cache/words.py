"""Words of the service that its objects and its pages need."""

from __future__ import annotations

VERSION = "6"
"""The one major version the service offers."""

ZONE = "privatelink.redis.cache.windows.net"
