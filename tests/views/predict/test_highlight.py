from core.serving.explain.words import Span, WordEffects
from core.views.predict.highlight import highlighted


def test_words_that_matter_are_marked_and_nothing_is_lost():
    text = "Blue <b>mug</b> & 🙂 cup"
    spans = (Span(0, 4, -0.1, -0.5), Span(8, 11, 0.4, 1.0), Span(18, 19, 0.0, 0.01))
    marked = highlighted(WordEffects(text, spans, 3))
    assert marked.count("<mark") == 2
    assert "<b>" not in marked and "&lt;b&gt;" in marked and "&amp; 🙂 cup" in marked
    assert 'title="against the category: +10.0 points without it">Blue</mark>' in marked
    assert 'title="for the category: -40.0 points without it">mug</mark>' in marked


def test_a_text_without_spans_stays_as_it_is():
    assert ">mug<" in highlighted(WordEffects("mug", (), 0))
