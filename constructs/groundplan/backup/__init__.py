"""Backup: logical dumps of databases and the proof that they restore, and snapshots of shared files."""
