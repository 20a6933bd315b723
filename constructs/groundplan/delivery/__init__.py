"""Delivery: the Argo CD objects that bring the rendered tree into clusters."""
