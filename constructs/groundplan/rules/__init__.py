"""What one chapter of an environment demands of another; each problem at its line."""
