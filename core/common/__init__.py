"""What every other package may use: errors, progress, files, spreadsheet-safe cells, the cost of work."""
