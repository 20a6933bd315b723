"""What the agent on each node reads, and where it sends it."""
