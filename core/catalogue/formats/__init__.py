"""The known ways a product table is written, one module each; `registry` lists them."""
