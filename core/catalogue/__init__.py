"""A product table with its images: read, checked, and accounted for row by row."""
