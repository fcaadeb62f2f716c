"""How far results can be trusted: pure functions on NumPy arrays.

Everything that is chosen (a calibrator, a threshold, a set of categories, the better modality) is chosen on
validation rows; test rows only say what came of it.

- `intervals`: how much a score would move with other products
- `paired`: whether one head beats another, or it may be chance
- `gain`: what text and picture together add to the better of the two
- `calibration`, `calibrators`: making confidence mean what it says
- `coverage`, `thresholds`: how many products can be classified without a person, and how well
- `conformal`: sets of categories that hold the right one as often as wanted
- `inflation`: what a random split would have promised
"""
