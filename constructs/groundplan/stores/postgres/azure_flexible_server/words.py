"""Words of the service that its objects need."""

from __future__ import annotations

ENDPOINT_ZONE = "privatelink.postgres.database.azure.com"

ADMINISTRATOR = "pgadmin"
"""Login of the administrator that a server is made with, who owns its databases."""
