"""Tables of shops and data sets: how each is recognised, and how its rows become products."""
