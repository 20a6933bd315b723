"""Queues and topics as an Azure Service Bus namespace."""
