"""A made-up answer."""

from core.heads.key import HeadKey
from core.serving.answer import Answer, ModelAnswer, Neighbour, Ranked

RANKED = (Ranked("Mugs", 0.8), Ranked("Lamps", 0.15), Ranked("Chairs", 0.05))
ANSWER = Answer(
    given="text",
    answered_by=HeadKey("text", "mlp"),
    ranked=RANKED,
    models=(
        ModelAnswer(HeadKey("text", "mlp"), RANKED, chosen=True),
        ModelAnswer(HeadKey("text", "tfidf"), RANKED[::-1], chosen=False),
    ),
    neighbours=(Neighbour("1", "a", "Mugs", 0.98765, 3), Neighbour("2", "", "Lamps", 0.5, 4)),
    threshold=0.6,
    reasons=(),
    strangeness=0.2,
    plausible=("Mugs", "Lamps"),
    vectors={},
)
