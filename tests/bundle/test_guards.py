import shutil

import numpy as np
import pytest

from core.bundle.guards import Guards
from core.bundle.reader import Bundle
from core.common.errors import BundleError

NAN = np.nan
GUARDS = Guards.rounded(
    {"text": np.array([0.12344, 0.5, 1.0]), "image": np.array([NAN, 0.99996, 0.0])},
    np.array([NAN, 0.33333, NAN]),
    (np.array([True, False, False]), np.array([False, False, True])),
)


def test_they_are_kept_with_four_decimals():
    assert GUARDS.strangeness["text"].tolist() == pytest.approx([0.1234, 0.5, 1.0], abs=1e-7)
    assert GUARDS.strangeness["image"].tolist() == pytest.approx([NAN, 1.0, 0.0], nan_ok=True)
    assert GUARDS.disagreement.tolist() == pytest.approx([NAN, 0.3333, NAN], nan_ok=True, abs=1e-7)


def test_they_survive_a_file(tmp_path):
    import pandas as pd

    GUARDS.to_frame().to_parquet(tmp_path / "guards.parquet")
    read = Guards.of(pd.read_parquet(tmp_path / "guards.parquet"), 3, ("text", "image"))
    assert set(read.strangeness) == {"text", "image"}
    for given, values in GUARDS.strangeness.items():
        np.testing.assert_array_equal(read.strangeness[given], values)
    np.testing.assert_array_equal(read.disagreement, GUARDS.disagreement)
    assert read.unknown_language.tolist() == [True, False, False]
    assert read.meaningless.tolist() == [False, False, True]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda frame: frame.drop(columns="strangeness_image"), r"strangeness_image: expected float, got no"),
        (lambda frame: frame.assign(disagreement="far"), r"guards\.parquet\.disagreement: expected float"),
        (
            lambda frame: frame.assign(meaningless=0.5),
            r"guards\.parquet\.meaningless: expected bool, got float",
        ),
        (lambda frame: frame[:2], r"guards\.parquet: expected 3 rows, got 2"),
    ],
)
def test_what_is_not_as_expected_is_named(change, message):
    with pytest.raises(BundleError, match=message):
        Guards.of(change(GUARDS.to_frame()), 3, ("text", "image"))


def test_a_bundle_knows_how_strange_its_products_are(tiny_bundle):
    bundle = Bundle.open(tiny_bundle)
    guards = bundle.guards
    for given in bundle.modalities:
        known = np.isfinite(guards.strangeness[given])
        present = bundle.present(given)
        assert known.tolist() == present.tolist()
        assert ((guards.strangeness[given][known] >= 0) & (guards.strangeness[given][known] <= 1)).all()
    assert (
        np.isfinite(guards.disagreement[bundle.rows("test")]).sum()
        == bundle.present("fused")[bundle.rows("test")].sum()
    )
    assert not np.isfinite(guards.disagreement[~bundle.present("fused")]).any()
    assert not guards.unknown_language.any() and not guards.meaningless.any()


def test_a_bundle_whose_file_holds_something_else_is_damaged(tiny_bundle, tmp_path):
    copy = shutil.copytree(tiny_bundle, tmp_path / "tiny")
    opened = Bundle.open(copy)
    GUARDS.to_frame().to_parquet(copy / "guards.parquet")
    with pytest.raises(BundleError) as error:
        _ = opened.guards
    assert str(error.value).startswith("bundle 'tiny' is damaged: guards.parquet")
    assert str(error.value).endswith("build it again")
