"""Files as their owners have them -> raw tables of texts; nothing here knows what a product is."""
