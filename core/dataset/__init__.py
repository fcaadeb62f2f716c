"""What the Dataset page tells of a catalogue: pure functions on a bundle's table, and figures."""
