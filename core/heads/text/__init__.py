"""Text as the heads that read words see it: hashed n-grams, vocabularies, clean words, lemmas."""
