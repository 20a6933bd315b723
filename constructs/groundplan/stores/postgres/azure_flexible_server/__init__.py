"""PostgreSQL rented as an Azure Database for PostgreSQL Flexible Server."""
