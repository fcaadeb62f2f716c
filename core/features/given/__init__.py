"""Vectors that users bring: files of them, read block by block and joined with products by id."""
