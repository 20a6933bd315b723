"""What every cluster and namespace starts from."""
