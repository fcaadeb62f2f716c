"""Category trees."""
