"""What a storage account with shares does, read back from the tree: a module or a table for each gate that asks."""
