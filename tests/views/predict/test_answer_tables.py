import json

from core.heads.key import HeadKey
from core.serving.answer import Answer, ModelAnswer, Neighbour, Ranked
from core.views.predict.answer_tables import model_answers_table, neighbours_table, ranked_table

RANKED = (Ranked("Mugs", 0.8), Ranked("Lamps", 0.15), Ranked("Chairs", 0.05))
ANSWER = Answer(
    "text",
    HeadKey("text", "mlp"),
    RANKED,
    (
        ModelAnswer(HeadKey("text", "mlp"), RANKED, chosen=True),
        ModelAnswer(HeadKey("text", "tfidf"), RANKED[::-1], chosen=False),
    ),
    (Neighbour("1", "a", "Mugs", 0.98765, 3), Neighbour("2", "", "Lamps", 0.5, 4)),
    0.6,
    ("Mugs", "Lamps"),
    {},
)


def test_the_tables():
    assert ranked_table(ANSWER)["Confidence"].tolist() == [0.8, 0.15, 0.05]
    models = model_answers_table(ANSWER)
    assert models["Category"].tolist() == ["Mugs", "Chairs"]
    assert models["Second choice"].tolist() == ["Lamps", "Lamps"]
    assert models["Chosen"].tolist() == [True, False]
    near = neighbours_table(ANSWER, without="1")
    assert json.loads(near.to_json(orient="values")) == [["2", "", "Lamps", 0.5]]
