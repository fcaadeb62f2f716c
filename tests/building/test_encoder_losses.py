import numpy as np
import pytest

from core.building.encoder_losses import losses_of
from core.common.errors import CatalogueError
from core.features.encoders.encoder import normalised


def vectors(signal: float, labels: np.ndarray, seed: int = 0) -> np.ndarray:
    """Noise with a direction for each label."""
    generator = np.random.default_rng(seed)
    directions = generator.standard_normal((labels.max() + 1, 12))
    return normalised(signal * directions[labels] + generator.standard_normal((len(labels), 12)))


LABELS = np.arange(120) % 3


def test_better_vectors_have_a_lower_loss():
    clear, faint, noise = (losses_of(vectors(s, LABELS), LABELS, np.arange(120), 0) for s in (2.0, 0.5, 0.0))
    assert clear.shape == (120,)
    assert clear.mean() < faint.mean() < noise.mean()
    assert noise.mean() == pytest.approx(np.log(3), abs=0.3)


def test_equal_products_do_not_tell_on_each_other():
    # Every product twice: by its twin a nearest neighbour would know it, although the vectors are noise.
    labels = np.repeat(np.random.default_rng(1).integers(0, 3, 60), 2)
    noise = np.repeat(normalised(np.random.default_rng(2).standard_normal((60, 200))), 2, axis=0)
    assert losses_of(noise, labels, np.repeat(np.arange(60), 2), 0).mean() > 0.9
    assert losses_of(noise, labels, np.arange(120), 0).mean() < 0.9


def test_a_category_of_one_product_is_not_judged():
    labels = np.append(LABELS, 3)
    assert losses_of(vectors(1.0, labels), labels, np.arange(121), 0).shape == (120,)
    with pytest.raises(CatalogueError, match="two categories"):
        losses_of(vectors(1.0, np.zeros(9, int)), np.zeros(9, int), np.arange(9), 0)
