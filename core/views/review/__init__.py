"""What the *Review* page shows."""
