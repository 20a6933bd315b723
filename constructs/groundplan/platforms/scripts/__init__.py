"""Scripts that carry backups to the object store and back."""
