"""What is probably wrong in a catalogue: wrong categories, mismatched images, duplicates, outliers."""
