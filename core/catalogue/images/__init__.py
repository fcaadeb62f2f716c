"""Product images: where their files are, what they are called, and how they are decoded."""
