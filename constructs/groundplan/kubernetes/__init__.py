"""The vocabulary of Kubernetes itself: kinds, labels, and what its API accepts as a value."""
