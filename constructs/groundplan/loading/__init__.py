"""Environment files: short typed YAML in, one frozen `Environment` out. Knows nothing of Kubernetes objects."""
