"""Which column of a product table is what, and why."""
