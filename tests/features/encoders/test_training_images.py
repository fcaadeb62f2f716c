import numpy as np
import pytest

from core.catalogue.images.digest import bytes_digest
from core.catalogue.reading import read_catalogue
from core.features.encoders.fine_tuned import FineTuned
from core.features.encoders.registry import ENCODERS, load_encoder
from core.features.encoders.training_images import learned_rows


def test_images_it_learned_from_are_known(tmp_path):
    """A image of its training data is told from others by its bytes; weights of the user's own are not."""
    encoder = load_encoder("compact")
    kept = np.load(ENCODERS["compact"].learned)
    assert kept.dtype == np.uint64 and (np.diff(kept.astype(object)) > 0).all()
    seen = kept[:1].astype("<u8").tobytes().hex() + "0" * 16
    rows = learned_rows({"image": encoder}, [seen, bytes_digest(b"another image"), ""])
    assert rows.tolist() == [True, False, False]
    encoder.bundled = False
    assert not learned_rows({"image": encoder}, [seen]).any()
    encoder.fine_tuned = FineTuned("compact", encoder.weights_id, True, 4, 1, 100, 10)
    assert learned_rows({"image": encoder}, [seen]).all()
    assert not learned_rows({}, [seen]).any()


@pytest.mark.slow
@pytest.mark.data
def test_flipkart_rows_that_taught_it_judge_nothing(data_dir):

    table = read_catalogue(data_dir("flipkart"), "flipkart").table
    rows = learned_rows({"image": load_encoder("compact")}, table["image_digest"])
    assert 540 <= rows.sum() <= 560
