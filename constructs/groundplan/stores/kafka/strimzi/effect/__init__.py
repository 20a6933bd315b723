"""What a Kafka of Strimzi does, read back from the tree: a module or a table for each gate that asks."""
