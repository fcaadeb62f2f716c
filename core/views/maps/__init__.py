"""What the *Embeddings* page shows."""
