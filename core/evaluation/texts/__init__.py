"""What texts a catalogue has, so that new ones in another language, or without meaning, are told apart."""
