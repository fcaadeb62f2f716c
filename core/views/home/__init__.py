"""What the *Home* page shows."""
