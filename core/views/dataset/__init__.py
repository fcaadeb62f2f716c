"""What the *Dataset* page shows."""
