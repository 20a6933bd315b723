"""Words of the service that its objects need."""

from __future__ import annotations

ENDPOINT_ZONE = "privatelink.postgres.database.azure.com"
