"""What the kinds of Cluster API do, read back from the tree: a module or a table for each gate that asks."""
