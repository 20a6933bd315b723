"""Kafka run by Strimzi, in the cluster."""
