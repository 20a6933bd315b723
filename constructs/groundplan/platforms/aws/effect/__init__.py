"""What the kinds of AWS' controllers do, read back from the tree: a module or a table for each gate that asks."""
