"""`embed` and `predict` on many processes or machines: Ray Data reads and sorts, its actors do the work."""
