"""PostgreSQL: who runs it, how it is backed up, followed and reached."""
