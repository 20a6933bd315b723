"""Words of the service that its objects need."""

from __future__ import annotations

ZONE = "privatelink.servicebus.windows.net"
