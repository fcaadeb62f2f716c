"""`embed` and `predict` on many processes or machines with Ray Data."""
