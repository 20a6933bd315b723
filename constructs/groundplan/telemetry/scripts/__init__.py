"""Scripts that run in the cluster."""
