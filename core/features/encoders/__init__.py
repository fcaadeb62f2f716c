"""Frozen models that turn texts and images into vectors, one module each; `registry` lists them."""
