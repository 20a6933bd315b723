"""Scripts that dump a database and prove that the dump restores."""
