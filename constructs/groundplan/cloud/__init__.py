"""What a system rents from its cloud provider, as objects for the management cluster."""
