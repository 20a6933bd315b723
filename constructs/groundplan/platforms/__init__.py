"""Where a cluster stands: a folder for each cloud, everything about it inside."""
