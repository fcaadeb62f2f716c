"""The answers of a bundle are scored along its category tree."""

import json
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from core.bundle.reader import Bundle
from core.catalogue.reading import read_chunks
from core.cli.evaluate import _lines
from core.serving.bulk.evaluation import evaluate_stream
from core.serving.bulk.tree_count import TreeCount
from core.serving.predictor import Predictor

PLACES = {"Mugs": ("Home", "Kitchen"), "Lamps": ("Home", "Rooms"), "Chairs": ("Office", "Rooms")}


def with_tree(folder) -> Bundle:
    bundle = Bundle.open(folder)
    above = bundle.table["category"].map(PLACES)
    bundle.table = bundle.table.assign(
        level_1=above.str[0], level_2=above.str[1], level_3=bundle.table["category"]
    )
    return bundle


def path(category):
    return (*PLACES.get(category, ("", "")), category)


def test_the_answers_that_users_get_are_scored(tiny_bundle, unseen):
    bundle = with_tree(tiny_bundle)
    predictor = Predictor.load(bundle)
    (chunk,) = read_chunks(unseen, "csv")
    true = chunk.table["category"].to_numpy()
    predicted = predictor.predict_frame(chunk)["predicted"].to_numpy()[true != "Shoes"]
    true = true[true != "Shoes"]
    result = evaluate_stream(predictor, read_chunks(unseen, "csv", chunk_rows=7))
    found = json.loads(json.dumps(result.to_dict()))["tree"]
    for depth, accuracy in enumerate(found["levels"]):
        at = [
            [(*PLACES.get(name, ("",) * 2), name)[: depth + 1] for name in each] for each in (true, predicted)
        ]
        assert accuracy == pytest.approx(np.mean([one == other for one, other in zip(*at, strict=True)]))
    assert found["n"] == len(true)
    assert {"hierarchical_precision", "hierarchical_recall", "hierarchical_f1"} <= set(found)
    assert "safe" not in found
    assert any(line.startswith("along the category tree: level 1 ") for line in _lines(result))


def test_a_flat_bundle_has_no_such_scores(predictor, unseen):
    result = evaluate_stream(predictor, read_chunks(unseen, "csv"))
    assert result.tree is None
    assert "tree" not in result.to_dict()


def test_no_answer_says_nothing_and_products_of_one_name_are_drawn_together():
    table = pd.DataFrame({"category": ["b", "c"], "category_path": ["a > b", "a > c"]})
    bundle = SimpleNamespace(table=table, classes=("b", "c"))
    alike, apart = TreeCount(bundle), TreeCount(bundle)
    for row in range(80):
        true, predicted = np.array([0]), np.array([-1 if row // 4 % 4 == 0 else 0])
        alike.add(true, predicted, [f"Mug {row // 4}"])
        apart.add(true, predicted, [""])
    together, single = alike.result().levels[0], apart.result().levels[0]
    assert together.value == single.value == 0.75
    assert together.high - together.low > 1.5 * (single.high - single.low)
