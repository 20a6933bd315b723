"""What the documents say of every PostgreSQL database alike."""

from __future__ import annotations

CONNECTIONS_KEPT = 15
"""Connections a server keeps for replication and for its operator."""

DUMPS = "pg_dump"
"""Command that copies a database."""

RESTORES = "pg_restore"
"""Command that brings a copy back."""

RESTORES_STRICTLY = "--exit-on-error"
"""What makes it fail where something does not come back."""
