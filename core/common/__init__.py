"""Shared helpers: errors, progress, file writing, spreadsheet-safe cells, time and memory measurement."""
