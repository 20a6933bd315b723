"""Autoscaling: how many pods, and by which measure."""
