"""YAML as people write it and as we write it: read with positions, edited in place, written so that everybody reads the same."""
