"""Keep a head's weights in half precision: half the file.

They become float32 when the file is opened, so that a head computes as before. What is judged, calibrated and
served is the file.
"""

from __future__ import annotations

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

LEAST = 4096
"""Numbers of a weight that is worth it."""
MOST = float(np.finfo(np.float16).max)


def halve_weights(graph: onnx.GraphProto) -> None:
    """Keep matrices of `LEAST` numbers or more in half precision, in place.

    Those with numbers too large for half precision stay.
    """
    casts = []
    for each in list(graph.initializer):
        array = numpy_helper.to_array(each)
        if array.dtype != np.float32 or array.ndim < 2 or array.size < LEAST or np.abs(array).max() > MOST:
            continue
        half = f"{each.name}_half"
        graph.initializer.remove(each)
        graph.initializer.append(numpy_helper.from_array(array.astype(np.float16), half))
        casts.append(helper.make_node("Cast", [half], [each.name], to=TensorProto.FLOAT))
    nodes = [*casts, *graph.node]
    del graph.node[:]
    graph.node.extend(nodes)
