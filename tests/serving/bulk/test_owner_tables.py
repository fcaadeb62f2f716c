import numpy as np
import pandas as pd

from core.bundle import decisions
from core.catalogue.reading import chunks_of
from core.catalogue.recognition import recognise
from core.serving.bulk import owner_tables
from core.serving.bulk.predictions import write_predictions


def test_answers_go_from_the_predictions_to_the_owners_table(predictor, unseen, tmp_path):
    table = recognise(unseen)
    write_predictions(predictor, chunks_of(table), tmp_path / "p.csv")
    answers = owner_tables.read_answers(tmp_path / "p.csv")
    written = owner_tables.write_answers(table, answers, tmp_path / "mine.csv")
    assert "category_predicted" in written.line
    own = pd.read_csv(unseen / "products.csv", dtype=str, keep_default_na=False)
    mine = pd.read_csv(tmp_path / "mine.csv", dtype=str, keep_default_na=False)
    predicted = pd.read_csv(tmp_path / "p.csv", dtype=str, keep_default_na=False)
    pd.testing.assert_frame_equal(mine[own.columns], own)
    assert list(mine["category_predicted"]) == list(predicted["predicted"])
    assert list(mine["needs_review"]) == list(predicted["needs_review"])
    np.testing.assert_allclose(mine["confidence"].astype(float), predicted["confidence"].astype(float))


def test_what_a_person_decided_counts_more_than_an_answer():
    answers = [
        owner_tables.Answer("Mugs", 0.9, False, ""),
        owner_tables.Answer("Mugs", 0.4, True, "low confidence"),
        owner_tables.Answer("Mugs", 0.9, False, ""),
        owner_tables.Answer("", 0.0, False, "nothing given"),
    ]
    skus = ["a", "b", "c", "d"]
    assert owner_tables.sure_categories(answers, skus, {"c": "Lamps"}) == ["Mugs", None, "Lamps", None]


def test_the_last_decision_on_a_product_counts(tmp_path):
    file = tmp_path / "d.jsonl"
    for action, new in (("correct", "Lamps"), ("skip", "Mugs"), ("correct", "Chairs")):
        decisions.save(file, sku="a", kind="label", action=action, old="Mugs", new=new)
    decisions.save(file, sku="b", kind="label", action="keep", old="Mugs", new="Mugs")
    assert decisions.decided_categories(decisions.read(file)) == {"a": "Chairs", "b": "Mugs"}
