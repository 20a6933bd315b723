"""File systems that several pods share, and their snapshots."""
