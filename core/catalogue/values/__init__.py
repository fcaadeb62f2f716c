"""What the cells of a product table say: prices, identifiers, categories, images, texts; no files."""
