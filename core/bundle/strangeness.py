"""What tells how unlike a catalogue a product is, as files.

``scores.json`` holds a score for each of text, image and both, and the categories; ``<side>_prototypes.npy``
float16 (p, d); ``<side>_spreads.npy`` float32 (p, 3): the category of each prototype, mean and spread of the
similarities of its products; ``<side>_linear.npy`` float32 (d + 1, k); ``words_*.npy`` the words, as hashes.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from core.common.errors import BundleError
from core.evaluation.strangeness.fitting import Strangeness
from core.evaluation.strangeness.prototypes import Prototypes
from core.evaluation.strangeness.reference import LinearModel, Reference, References
from core.evaluation.strangeness.score import StrangenessScore
from core.evaluation.strangeness.words import WordModel

SCORES = "scores.json"


def write_strangeness(strangeness: Strangeness, file: Callable[[str], Path]) -> None:
    """Write all files; `file` gives the path for a name."""
    references = strangeness.references
    for side, reference in references.sides.items():
        prototypes = reference.prototypes
        spreads = np.stack([prototypes.categories, prototypes.means, prototypes.spreads], axis=1)
        _save(file(f"{side}_prototypes.npy"), prototypes.vectors.astype(np.float16))
        _save(file(f"{side}_spreads.npy"), spreads.astype(np.float32))
        _save(file(f"{side}_linear.npy"), reference.linear.weights)
    if references.fused is not None:
        _save(file("fused_linear.npy"), references.fused.weights)
    if references.words is not None:
        _save(file("words_hashes.npy"), references.words.hashes)
        _save(file("words_idf.npy"), references.words.idf)
        _save(file("words_linear.npy"), references.words.weights.astype(np.float16))
    linear = {side: reference.linear for side, reference in references.sides.items()}
    if references.fused is not None:
        linear["fused"] = references.fused
    content = {
        "categories": {name: model.categories.tolist() for name, model in linear.items()},
        "scores": {given: score.to_dict() for given, score in strangeness.scores.items()},
    }
    file(SCORES).write_text(json.dumps(content), encoding="utf-8")


def read_strangeness(folder: Path) -> Strangeness:
    """Read what :func:`write_strangeness` wrote.

    Raises
    ------
    OSError, ValueError
        A file is missing or damaged.
    """
    content = json.loads((folder / SCORES).read_text(encoding="utf-8"))
    try:
        categories, scores = content["categories"], content["scores"]
        linear = {
            name: LinearModel(
                _load(folder / f"{name}_linear.npy", np.float32, 2), np.array(each, dtype=np.int64)
            )
            for name, each in categories.items()
        }
        sides = {
            side: Reference(model, _prototypes(folder, side))
            for side, model in linear.items()
            if side != "fused"
        }
        return Strangeness(
            References(sides, _words(folder) if "text" in sides else None, linear.get("fused")),
            {given: _score(each) for given, each in scores.items()},
        )
    except (AttributeError, KeyError, TypeError) as error:
        raise BundleError(f"{SCORES}: {type(error).__name__}: {error}") from error


def _prototypes(folder: Path, side: str) -> Prototypes:
    vectors = _load(folder / f"{side}_prototypes.npy", np.float16, 2).astype(np.float32)
    spreads = _load(folder / f"{side}_spreads.npy", np.float32, 2)
    return Prototypes(vectors, spreads[:, 0].astype(np.int64), spreads[:, 1], spreads[:, 2])


def _words(folder: Path) -> WordModel:
    return WordModel(
        _load(folder / "words_hashes.npy", np.uint32, 1),
        _load(folder / "words_idf.npy", np.float32, 1),
        _load(folder / "words_linear.npy", np.float16, 2).astype(np.float32),
    )


def _score(plain: dict[str, Any]) -> StrangenessScore:
    return StrangenessScore(
        tuple(map(float, plain["means"])),
        tuple(map(float, plain["scales"])),
        tuple(map(float, plain["weights"])),
        float(plain["bias"]),
    )


def _save(file: Path, array: np.ndarray) -> None:
    np.save(file, array, allow_pickle=False)


def _load(file: Path, dtype: type[np.generic], dims: int) -> np.ndarray:
    array: np.ndarray = np.load(file, allow_pickle=False)
    if array.dtype != dtype or array.ndim != dims:
        raise ValueError(f"{file.name}: expected {np.dtype(dtype)} of {dims} dimensions, got {array.dtype}")
    return array
