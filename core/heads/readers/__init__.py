"""Readers: what turns products into a head's inputs, the same in training and in serving."""
