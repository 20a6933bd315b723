"""Databases, caches, shared files and queues: a folder for each kind, everything about it inside."""
