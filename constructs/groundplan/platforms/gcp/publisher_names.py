"""Names around the identity of workflows that push images."""

from __future__ import annotations

PROVIDER = "github"
"""Name of the provider in the pool of workflows."""

PUSHES = "roles/artifactregistry.writer"
"""Role that lets them push."""
