"""PostgreSQL run by CloudNativePG, in the cluster."""
