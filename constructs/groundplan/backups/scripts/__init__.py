"""Scripts of the restore test."""
