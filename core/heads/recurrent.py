"""The recurrent heads: words in their order through a bidirectional LSTM, alone or beside the picture.

Hochreiter and Schmidhuber 1997; Graves and Schmidhuber 2005. Trained with Keras; written as ONNX operator by
operator, for Keras's own exporters unroll the loop over words.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from core.heads.cleaning import clean_words
from core.heads.fitted import Lesson
from core.heads.keras_training import import_keras, train
from core.heads.readers import FIRST, Feeds, Words
from core.heads.vocabulary import Vocabulary, word_hash

if TYPE_CHECKING:
    import keras
    import onnx

WIDTH = 100
"""Numbers per word, as in GloVe's file."""
UNITS = 64
DENSE = 128
MOST_WORDS = 20_000
LONGEST = 120
EPOCHS = 30


@dataclass(frozen=True)
class FittedRecurrent:
    """A trained network on words, and on the picture's vectors where its reader gives them."""

    reader: Words
    model: keras.Model
    settings: Mapping[str, float | int | str]

    def predict_proba(self, feeds: Feeds) -> np.ndarray:
        """Return float32 (n, n_classes)."""
        return self.model.predict(_for_keras(feeds), batch_size=512, verbose=0)

    def to_onnx(self) -> onnx.ModelProto:
        """Write the network with ONNX's own LSTM operator."""
        from core.heads.recurrent_graph import recurrent_graph

        return recurrent_graph(self.model, pictures=self.reader.pictures)


def fit_bilstm(lesson: Lesson) -> FittedRecurrent:
    """Fit a bidirectional LSTM on clean words."""
    return _fit(lesson, "bilstm", pictures=False)


def fit_joint(lesson: Lesson) -> FittedRecurrent:
    """Fit a bidirectional LSTM on clean words beside the picture's vectors, and dense layers on both."""
    return _fit(lesson, "joint", pictures=True)


def _fit(lesson: Lesson, name: str, *, pictures: bool) -> FittedRecurrent:
    texts = [clean_words(text) for text in lesson.train.texts]
    hashes = [np.array([word_hash(word) for word in words], dtype=np.uint64) for words in texts]
    vocabulary = Vocabulary.learn(hashes, least=2, most=MOST_WORDS)
    # Nineteen texts of twenty are read whole.
    longest = int(np.clip(np.quantile([len(words) for words in texts], 0.95), 1, LONGEST))
    reader = Words(vocabulary, longest, pictures)
    keras = import_keras(lesson.seed)
    vectors = pretrained(vocabulary, texts)
    width = lesson.train.vectors("image").shape[1] if pictures else 0
    model = _network(keras, len(vocabulary) + FIRST, vectors, lesson.n_classes, width)
    feeds, feeds_val = (
        _for_keras(_padded(reader(part), longest)) for part in (lesson.train, lesson.validation)
    )
    epochs = train(name, model, feeds, lesson.y, feeds_val, lesson.y_val, lesson.progress, EPOCHS)
    settings = {
        "epochs": epochs,
        "words": len(vocabulary),
        "longest": longest,
        "word vectors": "learned" if vectors is None else "GloVe, frozen",
    }
    return FittedRecurrent(reader, model, settings)


def pretrained(vocabulary: Vocabulary, texts: Sequence[Sequence[str]]) -> np.ndarray | None:
    """Return GloVe's vectors of the words, float32 (words + 2, 100); None where the file is not here.

    A word that GloVe lacks, and no word, have zeros.
    """
    from core.features.encoders import glove

    found = glove.find(None)
    if found is None:
        return None
    words = {word for text in texts for word in text}
    known = glove.read_vectors(found.path, words)
    table = np.zeros((len(vocabulary) + FIRST, WIDTH), dtype=np.float32)
    names = list(known)
    numbers = vocabulary.numbers(np.array([word_hash(word) for word in names], dtype=np.uint64))
    for word, number in zip(names, numbers, strict=True):
        if number >= 0:
            table[number + FIRST] = known[word]
    return table


def _network(
    keras: object, words: int, vectors: np.ndarray | None, n_classes: int, picture_width: int
) -> keras.Model:
    """Embedding, bidirectional LSTM, mean over the words; the picture's vectors; dense layers."""
    layers = keras.layers
    numbers = layers.Input((None,), dtype="int32", name="words")
    embedding = layers.Embedding(words, WIDTH, mask_zero=True, trainable=vectors is None, name="embedding")
    embedded = embedding(numbers)
    if vectors is not None:
        embedding.set_weights([vectors])
    x = layers.SpatialDropout1D(0.3)(embedded)
    x = layers.Bidirectional(layers.LSTM(UNITS, return_sequences=True), name="recurrent")(x)
    x = layers.GlobalAveragePooling1D()(x)  # leaves padding out, by the mask
    inputs = {"words": numbers}
    if picture_width:
        inputs["vectors"] = layers.Input((picture_width,), name="vectors")
        x = layers.Concatenate()([x, inputs["vectors"]])
    x = layers.Dropout(0.3)(x)
    x = layers.Dense(DENSE, activation="relu", name="dense")(x)
    x = layers.Dropout(0.4)(x)
    return keras.Model(inputs, layers.Dense(n_classes, activation="softmax", name="classes")(x))


def _for_keras(feeds: Feeds) -> Feeds:
    """Leave out what Keras finds out by itself."""
    return {name: array for name, array in feeds.items() if name != "lengths"}


def _padded(feeds: Feeds, longest: int) -> Feeds:
    """Give all rows one length, so that TensorFlow traces the network once."""
    missing = longest - feeds["words"].shape[1]
    return feeds | {"words": np.pad(feeds["words"], ((0, 0), (0, missing)))}
