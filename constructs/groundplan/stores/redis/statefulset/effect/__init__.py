"""What a cache in the cluster does, read back from the tree: a module or a table for each gate that asks."""
