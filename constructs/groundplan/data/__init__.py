"""Data stores: databases, caches and shared files."""
