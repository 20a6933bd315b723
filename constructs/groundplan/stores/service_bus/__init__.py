"""Azure Service Bus: queues and topics."""
