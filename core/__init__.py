"""How well text, pictures, or both together put each product into its category.

The flow, one module a step::

    table + pictures ─ catalogue ─┬─ features ── text (n, 384)  image (n, d)     frozen encoders
                                  └─ splits ──── train / validation / test rows
    features + splits ─ heads ─ probabilities on test rows ─ evaluate ─ Report
    features ─ projections ─ coordinates
    everything ─ bundle ─ artifacts/<name>/ ─┬─ pages
                                             └─ Predictor: predict, bulk, command line

``build`` composes the steps into a bundle; ``scoring`` is the one path from features to probabilities, in
building and in serving. Importing ``core`` loads none of it.
"""

import os

# ONNX Runtime's packages tell their maker what is run, models' names included, unless this is set before they
# are loaded (onnxruntime's Privacy.md). A catalogue's owner was not asked.
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
