"""Redis rented as an Azure Cache for Redis."""
