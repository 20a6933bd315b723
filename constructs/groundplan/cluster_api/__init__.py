"""Clusters of machines by Cluster API: what is the same on every platform. See https://cluster-api.sigs.k8s.io/ ."""
