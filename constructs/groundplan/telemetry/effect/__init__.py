"""What the kinds of Elastic's operator do, read back from the tree: a module or a table for each gate that asks."""
