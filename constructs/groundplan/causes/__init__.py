"""Which values of environment files are behind a field, and which fields a value reaches: found out by changing them."""
