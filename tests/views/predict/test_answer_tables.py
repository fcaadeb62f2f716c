import json

from core.views.predict.answer_tables import model_answers_table, neighbours_table, ranked_table
from tests.views.predict.made_up import ANSWER


def test_the_tables():
    assert ranked_table(ANSWER)["Confidence"].tolist() == [0.8, 0.15, 0.05]
    models = model_answers_table(ANSWER)
    assert models["Category"].tolist() == ["Mugs", "Chairs"]
    assert models["Second choice"].tolist() == ["Lamps", "Lamps"]
    assert models["Chosen"].tolist() == [True, False]
    near = neighbours_table(ANSWER, without="1")
    assert json.loads(near.to_json(orient="values")) == [["2", "", "Lamps", 0.5]]
