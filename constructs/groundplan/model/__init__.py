"""What a person may write, one chapter a module, typed; knows nothing of Kubernetes objects."""
