"""Find, name and decode product images."""
