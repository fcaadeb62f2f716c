import numpy as np
import pandas as pd
import pytest

from core.catalogue.grouping import group_products
from core.faults.detection import find_faults
from core.faults.fault_table import KINDS
from core.features.vectors import Features

COLUMNS = {
    "row": "int64",
    "kind": "str",
    "score": "float32",
    "is_issue": "bool",
    "other": "int64",
    "reason": "str",
    "suggestion": "str",
}
CLASSES = ("Chairs", "Lamps", "Mugs")


class Shop:
    """A sound catalogue of 90 products, to be spoilt by tests."""

    def __init__(self, seed=0):
        rng = np.random.default_rng(seed)
        self.y = np.repeat(np.arange(3), 30)
        self.text = (np.eye(32)[self.y] + rng.normal(scale=0.1, size=(90, 32))).astype(np.float32)
        self.image = (np.eye(32)[self.y] + rng.normal(scale=0.1, size=(90, 32))).astype(np.float32)
        self.proba = {m: 0.92 * np.eye(3)[self.y] + 0.04 * (1 - np.eye(3)[self.y]) for m in ("text", "image")}
        self.has_image = np.ones(90, bool)
        self.names = [f"product {i}" for i in range(90)]
        self.digests = [f"digest {i}" for i in range(90)]
        self.parts = np.array((["train"] * 7 + ["validation"] + ["test"] * 2) * 9)

    def groups(self):
        """Products with one name or one image are one."""
        table = pd.DataFrame({"sku": "", "name": self.names, "description": "", "category": "c"})
        return group_products(table.assign(image_digest=self.digests)).numbers

    def faults(self, modalities=("text", "image"), **kwargs):
        features = {
            "text": Features(self.text, np.ones(90, bool)),
            "image": Features(self.image, self.has_image),
        }
        return find_faults(
            self.y,
            CLASSES,
            {m: self.proba[m] for m in modalities},
            {m: features[m] for m in modalities},
            names=self.names,
            digests=self.digests,
            groups=self.groups(),
            **kwargs,
        )


def test_a_sound_catalogue_has_no_issues():
    table = Shop().faults(parts=Shop().parts)
    assert table.dtypes.astype(str).to_dict() == COLUMNS
    assert not table["is_issue"].any()
    assert set(table["kind"]) <= {"outlier"}


def test_every_kind_of_fault_is_found_and_described():
    shop = Shop()
    shop.y[3] = 1  # a chair in the category Lamps
    shop.proba["image"][40] = [0.01, 0.01, 0.98]  # a lamp with the image of a mug
    shop.proba["text"][70] = [0.98, 0.01, 0.01]  # a mug with the text of a chair
    shop.text[50] = shop.image[50] = np.eye(32)[20]
    shop.text[87], shop.image[87], shop.names[87] = shop.text[60], shop.image[60], shop.names[60]
    shop.digests[87] = shop.digests[60]
    shop.parts[[60, 87]] = "train", "test"
    table = shop.faults(parts=shop.parts)
    issues = table[table["is_issue"]].set_index("kind")
    assert issues["row"].to_dict() == {
        "label": 3, "image": 40, "text": 70, "outlier": 50, "duplicate": 87, "leak": 87,
    }  # fmt: skip
    assert set(issues.index) == set(KINDS)
    reasons = issues["reason"]
    assert reasons["label"] == (
        "The category is Lamps, but text and image suggest Chairs (92.0% against 4.0%)."
    )
    assert reasons["image"] == (
        "The image suggests Mugs, but the text suggests Lamps, the product's category."
    )
    assert reasons["text"] == (
        "The text suggests Chairs, but the image suggests Mugs, the product's category."
    )
    assert reasons["outlier"].startswith(
        "Its text and image are unlike other products: farther from the nearest ones than 9"
    )
    assert reasons["outlier"].endswith("% of Lamps.")
    assert reasons["duplicate"] == "Same name and same image as another product."
    assert reasons["leak"] == "One is in training and one in test, so test scores may be too high."
    assert issues["suggestion"]["label"] == "Move it to Chairs."
    assert issues["other"].to_dict() == {
        "label": -1, "image": -1, "text": -1, "outlier": -1, "duplicate": 60, "leak": 60,
    }  # fmt: skip


def test_issues_come_first_and_the_worst_of_them_at_the_top():
    shop = Shop(seed=1)
    shop.y[[3, 33]] = 2
    shop.proba["text"][[5, 6]] = [[0.4, 0.5, 0.1], [0.3, 0.6, 0.1]]
    shop.names[8] = shop.names[9]
    table = shop.faults()
    assert (np.diff(table["is_issue"].astype(int)) <= 0).all()
    for issue in (True, False):
        assert (np.diff(table.loc[table["is_issue"] == issue, "score"]) <= 0).all()
    assert table["score"].between(0, 1).all()
    pd.testing.assert_frame_equal(table, shop.faults())


@pytest.mark.parametrize("modality", ["text", "image"])
def test_one_modality_is_enough(modality):
    shop = Shop()
    shop.y[3] = 1
    shop.names[87], shop.text[87], shop.image[87] = shop.names[60], shop.text[60], shop.image[60]
    table = shop.faults((modality,))
    issues = table[table["is_issue"]].set_index("kind")
    assert issues["row"].to_dict() == {"label": 3, "duplicate": 87}
    assert f"but {modality} suggests Chairs" in issues["reason"]["label"]


def test_a_duplicate_in_another_category_names_the_category():
    shop = Shop()
    shop.digests[80] = shop.digests[10]
    table = shop.faults().set_index("row")
    assert table["reason"][80] == "Same image as another product; its category is Chairs."


def test_products_with_one_name_and_different_images_are_variants():
    shop = Shop()
    shop.names[11] = shop.names[10]
    assert "duplicate" not in set(shop.faults()["kind"])
    shop.has_image[11] = False
    shop.digests[11] = ""
    table = shop.faults().set_index("kind")
    assert table["reason"]["duplicate"] == "Same name as another product."
    assert table["is_issue"]["duplicate"]


@pytest.mark.parametrize(
    ("parts", "sentence"),
    [
        (("test", "validation"), "One is in validation and one in test, so test scores may be too high."),
        (("train", "validation"), "One is in training and one in validation, so confidence may be too high."),
        (("validation", "train"), "One is in training and one in validation, so confidence may be too high."),
    ],
)
def test_a_leak_says_in_which_splits_the_two_are(parts, sentence):
    shop = Shop()
    shop.text[87], shop.image[87], shop.names[87] = shop.text[60], shop.image[60], shop.names[60]
    shop.parts[:] = "train"
    shop.parts[[60, 87]] = parts
    table = shop.faults(parts=shop.parts).set_index("kind")
    assert table["reason"]["leak"] == sentence
    assert {table["row"]["leak"], table["other"]["leak"]} == {60, 87}


def test_products_without_probabilities_have_no_wrong_category():
    shop = Shop()
    shop.y[3] = 1
    for proba in shop.proba.values():
        proba[3] = np.nan
    assert "label" not in set(shop.faults()["kind"])


def test_no_sentence_holds_a_name_or_digest():
    shop = Shop()
    shop.y[3] = 1
    shop.names = [f"SECRET{i}" for i in range(90)]
    shop.names[8] = shop.names[9]
    shop.digests[20] = shop.digests[21]
    table = shop.faults(parts=shop.parts)
    assert len(table)
    assert not any(
        "SECRET" in text or "digest" in text for c in ("reason", "suggestion") for text in table[c]
    )


def test_the_table_survives_parquet(tmp_path):
    shop = Shop()
    shop.y[3] = 1
    for number, table in enumerate((shop.faults(), Shop().faults().iloc[:0])):
        table.to_parquet(tmp_path / f"{number}.parquet")
        pd.testing.assert_frame_equal(pd.read_parquet(tmp_path / f"{number}.parquet"), table)


def test_bad_input_is_refused():
    shop = Shop()
    with pytest.raises(ValueError, match="got nothing"):
        shop.faults(())
    shop.proba["image"] = shop.proba["image"][:, :2]
    with pytest.raises(ValueError, match=r"expected probabilities \(90, 3\), got .*image.*\(90, 2\)"):
        shop.faults()
