"""Why a product got its answer: words, image regions, inputs, nearest training products."""
