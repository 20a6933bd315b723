"""What the documents say of every PostgreSQL database alike."""

from __future__ import annotations

CONNECTIONS_KEPT = 15
"""Connections a server keeps for replication and for its operator."""
