"""ServiceAccounts with a meaning of their own, whoever renders them and whoever judges them."""

from __future__ import annotations

LENT = "secret-store"
"""The ServiceAccount that a SecretStore reads a vault with: an operator acts for it, and no pod may take it."""

VIEWERS = "viewers"
"""Group of people who look at everything but the values of Secrets, where a platform puts people into groups of the cluster."""

PEOPLE = "people:"
"""What names of people and their groups begin with, where an API server takes them from an identity provider's tokens."""
