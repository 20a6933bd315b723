"""Metrics, alerts and dashboards, derived from what an environment declares."""
