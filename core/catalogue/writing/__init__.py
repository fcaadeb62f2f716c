"""Write an owner's table back: the same file with columns added, or with categories corrected in place."""
