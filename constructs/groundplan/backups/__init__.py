"""What brings a cluster back: copies of its objects and volumes outside it, and the proof that they restore."""
