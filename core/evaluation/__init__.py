"""How good predictions are, and how far to trust them: splits, scores, intervals, calibration, sets."""
