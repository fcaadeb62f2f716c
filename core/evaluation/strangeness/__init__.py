"""How unlike a catalogue a product is."""
