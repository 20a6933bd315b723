"""Messaging: queues and topics between services."""
