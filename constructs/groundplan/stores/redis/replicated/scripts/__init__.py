"""What the containers run; everything is told by environment variables."""
