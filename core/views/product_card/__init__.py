"""What the card of one product shows."""
