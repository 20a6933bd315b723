"""Kafka: topics, who writes and reads them, and who runs the brokers."""
