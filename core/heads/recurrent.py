"""The recurrent heads: a bidirectional LSTM over the words, alone or beside the image.

Hochreiter and Schmidhuber 1997; Graves and Schmidhuber 2005. Trained with Keras; written as ONNX operator by
operator, because Keras's own exporters unroll the loop over the words.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

import numpy as np

from core.heads.keras_training import EPOCHS, OPTIMISER, RATE, Recipe, import_keras, train
from core.heads.losses import Losses
from core.heads.readers.reader import Feeds
from core.heads.readers.words import FIRST, WordReader
from core.heads.setting import number, whole
from core.heads.task import Settings, TrainingTask
from core.heads.text.cleaning import clean_words
from core.heads.text.vocabulary import Vocabulary, hashes_of

if TYPE_CHECKING:
    import keras
    import onnx

WIDTH = 100
"""Length of a word vector, as in GloVe's file."""
DENSE = 128
MOST_WORDS = 20_000
LONGEST = 120
USUAL_EPOCHS = 30
UNITS = whole("units", 64, 1, 512)
DROPOUT = number("dropout", 0.4, 0, 0.95)
SETTINGS = (UNITS, DROPOUT, RATE, OPTIMISER, replace(EPOCHS, default=USUAL_EPOCHS))
"""Units of the LSTM in each direction; dropout before the classes; how it is trained."""


@dataclass(frozen=True)
class FittedRecurrent:
    """A trained network on words, and on the image's vector where its reader gives it."""

    reader: WordReader
    model: keras.Model
    settings: Settings
    losses: Losses

    def predict_proba(self, feeds: Feeds) -> np.ndarray:
        """Return float32 (n, n_classes)."""
        return np.asarray(self.model.predict(_for_keras(feeds), batch_size=512, verbose=0))

    def to_onnx(self) -> onnx.ModelProto:
        """Write the network with ONNX's own LSTM operator."""
        from core.heads.recurrent_graph import recurrent_graph

        return recurrent_graph(self.model, with_image=self.reader.with_image)


def fit_bilstm(task: TrainingTask) -> FittedRecurrent:
    """Fit a bidirectional LSTM on clean words."""
    return _fit(task, "bilstm", with_image=False)


def fit_joint(task: TrainingTask) -> FittedRecurrent:
    """Fit a bidirectional LSTM on clean words, and dense layers on its output beside the image's vector."""
    return _fit(task, "joint", with_image=True)


def _fit(task: TrainingTask, name: str, *, with_image: bool) -> FittedRecurrent:
    texts = [clean_words(text) for text in task.train.texts]
    vocabulary = Vocabulary.learn([hashes_of([*set(words)]) for words in texts], least=2, most=MOST_WORDS)
    # Nineteen texts of twenty are read to their end.
    longest = int(np.clip(np.quantile([len(words) for words in texts], 0.95), 1, LONGEST))
    reader = WordReader(vocabulary, longest, with_image)
    keras, recipe = import_keras(task.seed), Recipe.of(task.wanted, USUAL_EPOCHS)
    shape: dict[str, int | float] = {"units": UNITS.of(task.wanted), "dropout": DROPOUT.of(task.wanted)}
    vectors = glove_vectors(vocabulary, texts, task.word_vectors)
    width = task.train.vectors("image").shape[1] if with_image else 0
    model = _network(keras, len(vocabulary) + FIRST, vectors, task.n_classes, width, **shape)
    feeds, feeds_val = (_for_keras(_padded(reader(part), longest)) for part in (task.train, task.validation))
    losses = train(name, model, feeds, feeds_val, task, recipe)
    settings = {
        **shape,
        **recipe.settings(losses),
        "words": len(vocabulary),
        "longest": longest,
        "word vectors": "learned" if vectors is None else f"{_source(task)}, frozen",
    }
    return FittedRecurrent(reader, model, settings, losses)


def _source(task: TrainingTask) -> str:
    return task.word_vectors.name if task.word_vectors else "GloVe"


def glove_vectors(
    vocabulary: Vocabulary, texts: Sequence[Sequence[str]], named: Path | None = None
) -> np.ndarray | None:
    """Return GloVe's vectors of the words, float32 (words + 2, 100); None without GloVe's file.

    Words that GloVe lacks, the unknown word and padding have zeros. The file is the one that was `named`, or
    lies in one of the usual places.
    """
    from core.features.encoders import glove

    file = glove.find(named)
    if file is None:
        return None
    vectors = glove.read_vectors(file.path, {word for text in texts for word in text})
    table = np.zeros((len(vocabulary) + FIRST, WIDTH), dtype=np.float32)
    words = list(vectors)
    for word, at in zip(words, vocabulary.numbers(hashes_of(words)), strict=True):
        if at >= 0:
            table[at + FIRST] = vectors[word]
    return table


def _network(
    keras: ModuleType,
    words: int,
    vectors: np.ndarray | None,
    n_classes: int,
    image_width: int,
    units: float,
    dropout: float,
) -> keras.Model:
    """Return embedding, bidirectional LSTM and mean over the words; the image's vector; dense layers."""
    layers = keras.layers
    numbers = layers.Input((None,), dtype="int32", name="words")
    embedding = layers.Embedding(words, WIDTH, mask_zero=True, trainable=vectors is None, name="embedding")
    embedded = embedding(numbers)
    if vectors is not None:
        embedding.set_weights([vectors])
    x = layers.SpatialDropout1D(0.3)(embedded)
    x = layers.Bidirectional(layers.LSTM(units, return_sequences=True), name="recurrent")(x)
    x = layers.GlobalAveragePooling1D()(x)  # the mask leaves padding out
    inputs = {"words": numbers}
    if image_width:
        inputs["vectors"] = layers.Input((image_width,), name="vectors")
        x = layers.Concatenate()([x, inputs["vectors"]])
    x = layers.Dropout(0.3)(x)
    x = layers.Dense(DENSE, activation="relu", name="dense")(x)
    x = layers.Dropout(dropout)(x)
    return keras.Model(inputs, layers.Dense(n_classes, activation="softmax", name="classes")(x))


def _for_keras(feeds: Feeds) -> Feeds:
    """Leave out the lengths, which Keras takes from its mask."""
    return {name: array for name, array in feeds.items() if name != "lengths"}


def _padded(feeds: Feeds, longest: int) -> Feeds:
    """Pad all rows to one length, so that TensorFlow traces the network once."""
    missing = longest - feeds["words"].shape[1]
    return feeds | {"words": np.pad(feeds["words"], ((0, 0), (0, missing)))}
