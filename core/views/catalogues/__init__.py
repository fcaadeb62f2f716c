"""What the page that adds catalogues shows."""
