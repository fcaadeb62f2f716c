import numpy as np
import pytest

from core.heads.readers.words import FIRST, PAD, UNKNOWN, WordReader
from core.heads.text.vocabulary import Vocabulary, hashes_of
from tests.heads.readers.products import inputs


@pytest.mark.parametrize("text", ["", "🙂🙂", "of the"])
def test_a_text_without_words_is_one_unknown_word(text):
    reader = WordReader(Vocabulary.learn([], least=1, most=5), longest=4)
    feeds = reader(inputs(["mug", text]))
    assert feeds["words"].tolist() == [[UNKNOWN], [UNKNOWN]]
    assert feeds["lengths"].tolist() == [1, 1]


def test_words_are_cut_and_padded():
    vocabulary = Vocabulary.learn([hashes_of(["mug", "blue"])], least=1, most=5)
    reader = WordReader(vocabulary, longest=2, with_image=True)
    feeds = reader(inputs(["blue mug mug mug", "mugs"]))
    mug, blue = (np.array(vocabulary.numbers(hashes_of(["mug", "blue"]))) + FIRST).tolist()
    assert feeds["words"].tolist() == [[blue, mug], [mug, PAD]]
    assert feeds["lengths"].tolist() == [2, 1]
    assert feeds["vectors"].shape == (2, 3)
