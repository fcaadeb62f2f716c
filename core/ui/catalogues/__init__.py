"""The parts of the page that adds, renames and deletes catalogues."""
