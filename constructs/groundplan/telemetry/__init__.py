"""What pods write and which way requests went: kept, found again, shown."""
