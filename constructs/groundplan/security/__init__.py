"""Security contexts and identities."""
