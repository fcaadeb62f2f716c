import re

import numpy as np
import pytest

from core.common.errors import CoreError
from core.projections.settings import MapSettings


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"perplexity": 1}, "perplexity: expected a number from 2 to 200, got 1"),
        ({"perplexity": float("nan")}, "perplexity: expected a number from 2 to 200, got nan"),
        ({"perplexity": "30"}, "perplexity: expected a number from 2 to 200, got '30'"),
        ({"n_neighbours": 1}, "n_neighbours: expected a whole number from 2 to 200, got 1"),
        ({"n_neighbours": 7.5}, "n_neighbours: expected a whole number from 2 to 200, got 7.5"),
        ({"n_neighbours": True}, "n_neighbours: expected a whole number from 2 to 200, got True"),
        ({"min_dist": -0.1}, "min_dist: expected a number from 0 to 1, got -0.1"),
        ({"metric": "l1"}, "unknown metric 'l1': expected one of cosine, euclidean"),
    ],
)
def test_settings_outside_their_limits_are_refused(values, message):
    with pytest.raises(CoreError, match=re.escape(message)):
        MapSettings(**values)


def test_numpy_numbers_are_accepted():
    assert MapSettings(np.float32(5), np.int64(5), np.float64(0.5)) == MapSettings(5.0, 5, 0.5)
