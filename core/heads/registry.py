"""Heads: classifiers trained on products, saved as ONNX and run by ONNX Runtime.

``train_head(name, ...)`` trains one of `HEADS`, `TrainedHead.save` writes it, ``load_head(path)`` opens it
for the build, the app and the predictor alike. Training needs scikit-learn or TensorFlow; a loaded head
needs neither.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from pathlib import Path

import numpy as np

from core.common.errors import CatalogueError, CoreError
from core.common.progress import Progress, silent
from core.heads.fitted import Fitted, Lesson
from core.heads.inputs import Inputs
from core.heads.key import HeadKey
from core.heads.readers import Feeds, Reader, Vectors, reader_from

ANY = ("text", "image", "fused")


@dataclass(frozen=True)
class HeadEntry:
    """A line of the registry.

    Attributes
    ----------
    name
        The head's.
    modalities
        What it can answer by: some of text, image, fused.
    reads
        What it learns from, for people.
    factory
        Trains it.
    needs_names
        Whether it needs the categories' names in the space of the vectors, which not every encoder gives.
    weighs
        Whether it weighs the answers of other heads, those that are `quick`.
    frugal
        Whether it learns so few numbers from others' answers that it may learn them on validation rows, which
        must choose and calibrate afterwards; true for heads that weigh nothing.
    quick
        Whether it is trained several times, each time without some of the training rows, to be weighed.
    partial
        Whether it answers products with only a text or only a picture as fused ones, too.
    """

    name: str
    modalities: tuple[str, ...]
    reads: str
    factory: Callable[[Lesson], Fitted]
    needs_names: bool = False
    weighs: bool = False
    frugal: bool = True
    quick: bool = False
    partial: bool = False


def _lazy(module: str, function: str) -> Callable[[Lesson], Fitted]:
    """Return a factory whose module, with the framework it needs, is imported when it is first called."""

    def factory(module: str, function: str, lesson: Lesson) -> Fitted:
        return getattr(import_module(f"core.heads.{module}"), function)(lesson)

    return partial(factory, module, function)


HEADS: dict[str, HeadEntry] = {
    entry.name: entry
    for entry in (
        HeadEntry(
            "logistic_regression", ANY, "vectors", _lazy("linear", "fit_logistic_regression"), quick=True
        ),
        HeadEntry("linear_svm", ANY, "vectors", _lazy("linear", "fit_linear_svm"), quick=True),
        HeadEntry("random_forest", ANY, "vectors", _lazy("forest", "fit_random_forest")),
        HeadEntry("mlp", ANY, "vectors", _lazy("mlp", "fit_mlp")),
        HeadEntry("tfidf", ("text",), "words and pieces of words", _lazy("tfidf", "fit_tfidf"), quick=True),
        HeadEntry("bilstm", ("text",), "words in their order", _lazy("recurrent", "fit_bilstm")),
        HeadEntry(
            "joint", ("fused",), "words in their order, picture vectors", _lazy("recurrent", "fit_joint")
        ),
        HeadEntry("gated", ("fused",), "vectors", _lazy("gated", "fit_gated"), partial=True),
        HeadEntry(
            "zero_shot", ANY, "the categories' names", _lazy("zero_shot", "fit_zero_shot"), needs_names=True
        ),
        HeadEntry(
            "stacking",
            ANY,
            "other heads",
            _lazy("stacking", "fit_stacking"),
            weighs=True,
            frugal=False,
            partial=True,
        ),
        HeadEntry("blend", ANY, "other heads", _lazy("blend", "fit_blend"), weighs=True, partial=True),
    )
}
"""Every head there is."""


def get_head(name: str) -> HeadEntry:
    """Return the registry's entry for `name`.

    Raises
    ------
    CoreError
        If there is none of that name; the message lists those there are.
    """
    if name not in HEADS:
        raise CoreError(f"unknown head {name!r}: expected one of {', '.join(HEADS)}, or all")
    return HEADS[name]


def parse_heads(names: str) -> tuple[str, ...]:
    """Read ``"a,b"`` or ``"all"`` into names of heads, each once, in the order given.

    Raises
    ------
    CoreError
        If a name is unknown or there is none.
    """
    wanted = [name for part in names.split(",") if (name := part.strip())]
    if not wanted:
        raise CoreError(f"no head named: expected some of {', '.join(HEADS)}, or all")

    def known() -> Iterator[str]:
        for name in wanted:
            if name == "all":
                yield from HEADS
            else:
                get_head(name)
                yield name

    return tuple(dict.fromkeys(known()))


@dataclass(frozen=True)
class TrainedHead:
    """A head fresh from training.

    Attributes
    ----------
    name : str
        One of `HEADS`.
    seconds : float
        How long training took, the search for its settings included.
    fitted : Fitted
        The framework's own model.
    present : np.ndarray
        int64: the class numbers seen in training, ascending; others get probability 0.
    n_classes : int
        How many classes.
    """

    name: str
    seconds: float
    fitted: Fitted
    present: np.ndarray
    n_classes: int

    @property
    def settings(self) -> dict[str, float | int | str]:
        """What was chosen on validation rows."""
        return dict(self.fitted.settings)

    def predict_proba(self, inputs: Inputs) -> np.ndarray:
        """Return probabilities, float32 (n, n_classes), by the framework that trained the head."""

        def run(feeds: Feeds) -> np.ndarray:
            proba = np.zeros((len(next(iter(feeds.values()))), self.n_classes), dtype=np.float32)
            proba[:, self.present] = self.fitted.predict_proba(feeds)
            return proba

        return _in_slices(self.fitted.reader, inputs, run, self.n_classes)

    def save(self, path: Path) -> None:
        """Write the head as ONNX: in what its reader gives, out ``probabilities`` float32 (n, k)."""
        from core.heads.onnx_file import write_head

        write_head(self.fitted.to_onnx(), self.fitted.reader, path, self.present, self.n_classes)


def train_head(
    name: str,
    modality: str,
    train: Inputs,
    y: np.ndarray,
    validation: Inputs,
    y_val: np.ndarray,
    *,
    n_classes: int,
    name_vectors: np.ndarray | None = None,
    members: Sequence[HeadKey] = (),
    settings: Mapping[str, float | int | str] | None = None,
    seed: int = 0,
    progress: Progress = silent,
) -> TrainedHead:
    """Train a head; validation rows choose its settings, and when to stop.

    Parameters
    ----------
    name : str
        One of `HEADS`.
    modality : str
        text, image or fused: what it shall answer by; every row has it.
    train, validation : Inputs
        n and m products.
    y, y_val : np.ndarray
        int, shapes (n,) and (m,): class numbers below `n_classes`. Validation rows may be none.
    n_classes : int
        How many classes the probabilities are for.
    name_vectors : np.ndarray, optional
        float32 (n_classes, dim), for heads that need the categories' names.
    members : sequence of (modality, head)
        For heads that weigh others: whose answers `train` and `validation` hold.
    settings : mapping, optional
        What a head of this kind has chosen before; nothing is searched for then.
    seed : int
        Fixes what is drawn.
    progress : Progress
        Told the epochs of the neural heads.

    Raises
    ------
    CoreError
        If `name` is unknown, or cannot answer by `modality`.
    CatalogueError
        If the training rows have fewer than two classes.
    """
    entry = get_head(name)
    if modality not in entry.modalities:
        raise CoreError(f"head '{name}' answers by {' or '.join(entry.modalities)}, not by {modality}")
    y, y_val = np.asarray(y, dtype=np.int64), np.asarray(y_val, dtype=np.int64)
    if len(train) != len(y) or len(validation) != len(y_val):
        raise ValueError(
            f"expected a label a row, got {len(train)} and {len(validation)} rows, {len(y)} and {len(y_val)}"
        )
    present = np.unique(y)
    if len(present) < 2:
        raise CatalogueError(f"a head needs two classes or more, got {len(present)} among the training rows")
    known = np.isin(y_val, present)
    lesson = Lesson(
        modality=modality,
        train=train,
        y=np.searchsorted(present, y),
        validation=validation.take(known),
        y_val=np.searchsorted(present, y_val[known]),
        n_classes=len(present),
        seed=seed,
        name_vectors=None if name_vectors is None else name_vectors[present],
        members=tuple(members),
        present_classes=tuple(present.tolist()),
        settings=settings or {},
        progress=progress,
    )
    start = time.perf_counter()
    fitted = entry.factory(lesson)
    return TrainedHead(name, time.perf_counter() - start, fitted, present, n_classes)


@dataclass(frozen=True)
class OnnxHead:
    """A saved head: its file, and what makes its inputs."""

    path: Path
    reader: Reader

    @property
    def partial(self) -> bool:
        """Whether it answers products with only a text or only a picture as fused ones, too."""
        return self.reader.partial

    @property
    def members(self) -> tuple[HeadKey, ...]:
        """(modality, head) of the heads whose answers it weighs."""
        return self.reader.members

    def predict_proba(self, inputs: Inputs) -> np.ndarray:
        """Return probabilities, float32 (n, k), rows summing to 1, of n products."""
        from core.onnx.sessions import session

        model = session(self.path)

        def run(feeds: Feeds) -> np.ndarray:
            return model.run(["probabilities"], feeds)[0]

        return _in_slices(self.reader, inputs, run, model.get_outputs()[0].shape[1])


def load_head(path: Path, modality: str) -> OnnxHead:
    """Open a head that `TrainedHead.save` wrote.

    Parameters
    ----------
    path
        Its file.
    modality
        What it answers by: a file that does not say what it reads, as older ones do not, reads its vectors.

    Raises
    ------
    CoreError
        If the file is missing or no ONNX model.
    """
    from core.onnx.sessions import session

    kept = session(path).get_modelmeta().custom_metadata_map.get("reader")
    return OnnxHead(Path(path), reader_from(json.loads(kept)) if kept else Vectors(modality))


def _in_slices(
    reader: Reader, inputs: Inputs, run: Callable[[Feeds], np.ndarray], n_classes: int
) -> np.ndarray:
    """Read and run some rows at a time; none at all gives no rows, which some operators refuse."""
    starts = range(0, len(inputs), reader.rows_at_once)
    if len(starts) == 1:
        return run(reader(inputs))
    parts = [
        run(reader(inputs.take(np.arange(at, min(at + reader.rows_at_once, len(inputs)))))) for at in starts
    ]
    return np.concatenate(parts) if parts else np.zeros((0, n_classes), dtype=np.float32)


def heads_for(modality: str, names: Sequence[str], name_vectors: Mapping[str, np.ndarray]) -> tuple[str, ...]:
    """Return those of `names` that can answer by `modality`, given where the categories' names have vectors.

    A head that weighs others comes last, and only where there are two or more to weigh, of both modalities
    if the answer is by both.
    """
    able = [
        HEADS[name]
        for name in names
        if modality in HEADS[name].modalities and (not HEADS[name].needs_names or modality in name_vectors)
    ]
    own = [entry.name for entry in able if not entry.weighs]
    members = members_for(modality, names)
    sides = {m for m, _ in members}
    enough = len(members) > 1 and (modality != "fused" or sides == {"text", "image"})
    return (*own, *(entry.name for entry in able if entry.weighs and enough))


def members_for(modality: str, names: Sequence[str]) -> tuple[HeadKey, ...]:
    """Return (modality, head) of the heads among `names` that a head for `modality` may weigh.

    For text and for pictures one quick head on vectors (two are nearly the same, and each is trained several
    times to be weighed), and those that read the words themselves.
    """
    members = []
    for side in ("text", "image") if modality == "fused" else (modality,):
        able = [e for e in HEADS.values() if e.name in names and e.quick and side in e.modalities]
        vectors = [e.name for e in able if e.reads == "vectors"][:1]
        members += [(side, name) for name in (*vectors, *(e.name for e in able if e.reads != "vectors"))]
    return tuple(members)
