import subprocess
import sys
from pathlib import Path

import numpy as np

from core.projections.drawing import project


def test_umap_is_imported_when_needed_and_without_tensorflow():
    code = (
        "import sys, core.projections.drawing\n"
        "heavy = ('sklearn', 'umap', 'openTSNE', 'tensorflow', 'torch')\n"
        "assert not [name for name in heavy if name in sys.modules]\n"
        "import numpy as np\n"
        "core.projections.drawing.project('umap', np.random.default_rng(0).normal(size=(20, 4)), 2)\n"
        "assert 'umap' in sys.modules and 'tensorflow' not in sys.modules\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "ensorflow" not in done.stderr


def test_compiled_functions_are_cached_on_disk():
    from umap import layouts, umap_

    project("umap", np.random.default_rng(0).normal(size=(30, 5)), 2)
    step = layouts._nb_optimize_layout_euclidean_single_epoch
    for function in (umap_.smooth_knn_dist, umap_.compute_membership_strengths, step):
        assert any(Path(function.stats.cache_path).glob(f"*{function.py_func.__name__}*.nbc"))
