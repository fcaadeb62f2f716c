"""What tells how unlike a catalogue a product is, as files.

``scores.json`` holds a score for each of text, image and both, and the categories; ``<side>_prototypes.npy``
float16 (p, d); ``<side>_spreads.npy`` float32 (p, 3): the category of each prototype, mean and spread of the
similarities of its products; ``<side>_linear.npy`` float32 (d + 1, k); ``words_*.npy`` the words, as hashes.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from core.bundle.arrays import load_array, save_array
from core.bundle.json_fields import Fields
from core.bundle.json_files import load_json
from core.common.errors import BundleError
from core.evaluation.strangeness.fitting import GIVENS, Strangeness
from core.evaluation.strangeness.prototypes import Prototypes
from core.evaluation.strangeness.reference import LinearModel, Reference, References, count_signals
from core.evaluation.strangeness.score import StrangenessScore
from core.evaluation.strangeness.words import WordModel

SCORES = "scores.json"
Files = Callable[[str], Path]
"""Gives the path of a file by its name."""


def write_strangeness(strangeness: Strangeness, file: Callable[[str], Path]) -> None:
    """Write all files; `file` gives the path for a name."""
    references = strangeness.references
    for side, reference in references.sides.items():
        prototypes = reference.prototypes
        spreads = np.stack([prototypes.categories, prototypes.means, prototypes.spreads], axis=1)
        save_array(file(f"{side}_prototypes.npy"), prototypes.vectors.astype(np.float16))
        save_array(file(f"{side}_spreads.npy"), spreads.astype(np.float32))
        save_array(file(f"{side}_linear.npy"), reference.linear.weights)
    if references.fused is not None:
        save_array(file("fused_linear.npy"), references.fused.weights)
    if references.words is not None:
        save_array(file("words_hashes.npy"), references.words.hashes)
        save_array(file("words_idf.npy"), references.words.idf)
        save_array(file("words_linear.npy"), references.words.weights.astype(np.float16))
    linear = {side: reference.linear for side, reference in references.sides.items()}
    if references.fused is not None:
        linear["fused"] = references.fused
    content = {
        "categories": {name: model.categories.tolist() for name, model in linear.items()},
        "scores": {given: score.to_dict() for given, score in strangeness.scores.items()},
    }
    file(SCORES).write_text(json.dumps(content), encoding="utf-8")


def read_strangeness(file: Files, modalities: Sequence[str], n_categories: int) -> Strangeness:
    """Read what :func:`write_strangeness` wrote.

    Parameters
    ----------
    file
        Gives the path for a name.
    modalities
        Those of text, image and fused that there must be scores for.
    n_categories
        Of the catalogue.

    Raises
    ------
    OSError, EOFError, ValueError
        A file is missing or damaged, or they do not fit together.
    """
    try:
        fields = Fields(load_json(file(SCORES)), SCORES)
        categories = fields.one("categories")
        linear = {m: _linear(file, m, categories.numbers(m), n_categories) for m in modalities}
        sides = {m: Reference(linear[m], _prototypes(file, m)) for m in modalities if m != "fused"}
        words = _words(file, len(linear["text"].categories)) if "text" in sides else None
        references = References(sides, words, linear.get("fused"))
        scores = fields.one("scores")
        strangeness = Strangeness(references, {m: _score(scores.one(m)) for m in modalities})
    except BundleError as error:
        raise ValueError(str(error)) from error
    _check_fit(strangeness)
    return strangeness


def _linear(file: Files, name: str, categories: tuple[float, ...], n_categories: int) -> LinearModel:
    if not set(categories) <= set(range(n_categories)):
        raise ValueError(f"{SCORES}: expected categories from 0 to {n_categories - 1}, got {categories}")
    weights = _load(file(f"{name}_linear.npy"), np.float32, columns=len(categories))
    return LinearModel(weights, np.array(categories, dtype=np.int64))


def _prototypes(file: Files, side: str) -> Prototypes:
    vectors = _load(file(f"{side}_prototypes.npy"), np.float16).astype(np.float32)
    spreads = _load(file(f"{side}_spreads.npy"), np.float32, columns=3)
    return Prototypes(vectors, spreads[:, 0].astype(np.int64), spreads[:, 1], spreads[:, 2])


def _words(file: Files, categories: int) -> WordModel:
    return WordModel(
        _load(file("words_hashes.npy"), np.uint32, dims=1),
        _load(file("words_idf.npy"), np.float32, dims=1),
        _load(file("words_linear.npy"), np.float16, columns=categories).astype(np.float32),
    )


def _score(fields: Fields) -> StrangenessScore:
    means = fields.numbers("means")
    scales, weights = (fields.numbers(name, len(means)) for name in ("scales", "weights"))
    return StrangenessScore(means, scales, weights, fields.number("bias"))


def _check_fit(strangeness: Strangeness) -> None:
    """Raise ValueError where the files expect vectors of other lengths, or other signals."""
    references, widths = strangeness.references, {}
    for side, reference in references.sides.items():
        prototypes, widths[side] = reference.prototypes, len(reference.linear.weights) - 1
        shape = len(prototypes.means), widths[side]
        if not len(prototypes.means) or prototypes.vectors.shape != shape:
            raise ValueError(f"prototypes of {side}: got shape {prototypes.vectors.shape}")
    if references.fused is not None and len(references.fused.weights) - 1 != sum(widths.values()):
        raise ValueError(f"fused: got {len(references.fused.weights)} rows of weights")
    words = references.words
    if words is not None and not len(words.hashes) == len(words.idf) == len(words.weights) - 1:
        raise ValueError(f"words: got {len(words.hashes)} of them, {len(words.weights)} rows of weights")
    for given, score in strangeness.scores.items():
        expected = count_signals(GIVENS[given])
        if len(score.means) != expected:
            raise ValueError(f"{SCORES}: expected {expected} signals of {given}, got {len(score.means)}")


def _load(file: Path, dtype: type[np.generic], *, dims: int = 2, columns: int | None = None) -> np.ndarray:
    """Read finite numbers: so many dimensions, and columns where that is given."""
    array = load_array(file, dtype, (None,) * (dims - 1) + (columns,))
    if not np.isfinite(array).all():
        raise ValueError(f"{file.name}: expected finite numbers")
    return array
