"""Message brokers: queues and topics, who runs them and how they are reached."""
