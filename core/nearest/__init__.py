"""Nearest neighbours: exact search, the neighbour graph that maps and faults share, the index of a bundle."""
