"""Admission policy: one catalogue of rules, enforced in the cluster and before merge by the same text."""
