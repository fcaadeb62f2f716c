import pytest

from core.views.glossary import TERMS, meaning


def test_a_term_is_found_however_it_is_capitalised():
    assert meaning("macro f1") == meaning("Macro F1") == TERMS["Macro F1"]
    assert meaning("Price") is None


@pytest.mark.parametrize("term", TERMS)
def test_a_term_is_explained_in_sentences_short_enough_to_read(term):
    assert TERMS[term].endswith(".")
    assert len(TERMS[term]) <= 200
    assert not TERMS[term].casefold().startswith(term.casefold() + " is")


@pytest.mark.parametrize(
    "term",
    [
        *("Calibrated", "Macro F1", "Top-3 accuracy", "Trustworthiness", "PCA", "t-SNE", "UMAP", "Embedding"),
        *("Calibration error", "Coverage", "Text + image", "Held out", "Confidence"),
    ],
)
def test_the_terms_that_newcomers_ask_for_are_there(term):
    assert meaning(term)
