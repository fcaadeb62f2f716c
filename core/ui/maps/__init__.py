"""The maps of the Embeddings page and what is picked on them."""
