"""Encoders trained further on a catalogue's training products."""
