import numpy as np
import pytest

from core.building.candidates import MOST_COLD, MOST_WARM, Candidate, cheapest_good
from core.features.encoders.cost import NOTHING, EncoderCost


def candidate(
    name: str, loss: float, cold: float = 0.1, warm: float = 0.01, spread: float = 0.0
) -> Candidate:
    noise = spread * np.random.default_rng(len(name)).standard_normal(400)
    return Candidate(name, EncoderCost(cold, warm), loss + noise - noise.mean())


@pytest.mark.parametrize(
    ("others", "chosen"),
    [
        ([candidate("better", 0.3, warm=0.02)], "better"),
        ([candidate("worse", 0.6, warm=0.001)], "usual"),
        # Within a standard error, the cheaper one.
        ([candidate("better", 0.49, warm=0.02, spread=1.0)], "usual"),
        ([candidate("better", 0.3, warm=MOST_WARM + 0.001)], "usual"),
        ([candidate("better", 0.3, cold=0.1 * MOST_COLD + 0.01)], "usual"),
        ([candidate("best", 0.3, warm=0.03), candidate("nearly", 0.301, warm=0.02, spread=1.0)], "nearly"),
    ],
)
def test_the_best_within_the_budget_or_a_cheaper_one_as_good(others, chosen):
    judged = {"text": [candidate("usual", 0.5), *others]}
    assert cheapest_good(judged, NOTHING, 0.1 * MOST_COLD)["text"].name == chosen


def test_modalities_share_the_budget():
    judged = {
        "text": [candidate("minilm", 0.5), candidate("large", 0.1, warm=0.04)],
        "image": [candidate("compact", 0.5), candidate("large", 0.3, warm=0.04)],
    }
    chosen = cheapest_good(judged, NOTHING, 10.0)
    assert {m: one.name for m, one in chosen.items()} == {"text": "large", "image": "compact"}
    fixed = EncoderCost(0.0, 0.02)
    assert cheapest_good({"text": judged["text"]}, fixed, 10.0)["text"].name == "minilm"


def test_where_even_the_usual_encoders_are_beyond_the_budget_they_stay():
    judged = {"text": [candidate("usual", 0.5, warm=1.0), candidate("better", 0.1, warm=2.0)]}
    assert cheapest_good(judged, NOTHING, 10.0)["text"].name == "usual"
