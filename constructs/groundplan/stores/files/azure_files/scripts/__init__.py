"""Scripts of the snapshot job."""
