"""What the kinds of Velero do, read back from the tree: a module or a table for each gate that asks."""
