"""Trees of categories."""
