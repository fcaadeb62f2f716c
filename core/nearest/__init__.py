"""Nearest neighbours: exact and approximate search, the graph that maps and faults share, an index."""
