"""No page loads a training framework: starting stays a matter of seconds, memory of megabytes."""

import os
import subprocess
import sys

from tests.paths import ROOT

PROGRAM = """
import sys
from streamlit.testing.v1 import AppTest
app = AppTest.from_file("Home.py", default_timeout=120).run()
for page in ("0_Catalogues", "1_Dataset", "2_Embeddings", "3_Models", "4_Predict"):
    app.switch_page(f"pages/{page}.py").run()
    assert not app.exception, app.exception
heavy = {"tensorflow", "torch", "keras", "transformers", "sentence_transformers", "umap", "sklearn"}
sys.exit(", ".join(heavy & set(sys.modules)) or 0)
"""


def test_no_page_loads_a_framework(artifacts):
    environment = os.environ | {"PRODUCT_LENS_ARTIFACTS": str(artifacts)}
    command = [sys.executable, "-c", PROGRAM]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
