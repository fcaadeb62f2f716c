"""A bundle at work: one product, whole catalogues, explanations, a cluster."""
