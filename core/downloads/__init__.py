"""Product images fetched from the addresses in a table."""
