"""Whole catalogues through a bundle, chunk by chunk."""
