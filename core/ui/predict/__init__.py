"""The Predict page: one product, or a whole file of them."""
