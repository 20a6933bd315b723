"""Workloads: what runs the team's containers."""
