"""Download product images from the web addresses in a table."""
