"""What a Kubernetes object is before it is written: plain mappings, lists and scalars."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]
"""A Kubernetes object or a piece of one."""
