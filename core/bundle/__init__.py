"""The folder that holds everything learned from one catalogue: its format, reader and writer."""
