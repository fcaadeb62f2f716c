from dataclasses import replace
from types import SimpleNamespace

from core.evaluation.texts.profile import TextProfile
from core.views.dataset.languages import languages_summary

PROFILE = TextProfile.fit(["a red lamp with a shade", "a blue mug with a handle", "the chair of the house"])


def bundle(texts, name="minilm"):
    encoder = SimpleNamespace(name=name, members=(), images_per_product=1, fine_tuned=None, compression=None)
    return SimpleNamespace(texts=texts, encoders={"text": encoder})


def test_languages_are_named():
    own = replace(PROFILE, languages=("de", "en"))
    assert languages_summary(bundle(own)) == (
        "Languages of the training texts, the most common one first: German and English. "
        "MiniLM was not trained on German."
    )
    covering = replace(own, covered=("ja", "ru"))
    assert languages_summary(bundle(covering, "use")) == (
        "Languages of the training texts, the most common one first: German and English. "
        "Products in Japanese and Russian are read, too."
    )


def test_without_texts_nothing_is_said():
    assert languages_summary(bundle(None)) == ""
    assert languages_summary(bundle(replace(PROFILE, languages=()))) == ""
