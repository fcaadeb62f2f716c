"""The registry of heads: what each can answer from, and how it is trained."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module

from core.common.errors import CoreError
from core.common.modality import MODALITIES
from core.heads.fitted import FittedHead
from core.heads.task import TrainingTask

Factory = Callable[[TrainingTask], FittedHead]
ANY = MODALITIES


@dataclass(frozen=True)
class HeadEntry:
    """A line of the registry.

    Attributes
    ----------
    name
        The head's name.
    modalities
        What it can answer from: some of text, image, fused.
    reads
        What it is trained on, for people: vectors, words, other heads.
    factory
        Trains it.
    needs_names
        Whether it needs the category names in the space of the vectors, which not every encoder offers.
    combines
        Whether it combines the probabilities of other heads, of those that are `quick`.
    needs_many_rows
        Whether it has so many weights to combine heads with that only a large training set can fit them.
    quick
        Whether it trains fast enough to be trained several times: in folds, to be combined, and a last time
        on training and validation products.
    """

    name: str
    modalities: tuple[str, ...]
    reads: str
    factory: Factory
    needs_names: bool = False
    combines: bool = False
    needs_many_rows: bool = False
    quick: bool = False

    @property
    def only_vectors(self) -> bool:
        """Whether it reads nothing but vectors, and so every language that the text encoder covers."""
        return self.reads == "vectors"


def _lazy(module: str, function: str) -> Factory:
    """Return a factory that imports its module, and the framework that needs, when it is first called."""

    def factory(task: TrainingTask) -> FittedHead:
        fit: Factory = getattr(import_module(f"core.heads.{module}"), function)
        return fit(task)

    return factory


HEADS: dict[str, HeadEntry] = {
    entry.name: entry
    for entry in (
        HeadEntry(
            "logistic_regression", ANY, "vectors", _lazy("linear", "fit_logistic_regression"), quick=True
        ),
        HeadEntry("linear_svm", ANY, "vectors", _lazy("linear", "fit_linear_svm"), quick=True),
        HeadEntry("random_forest", ANY, "vectors", _lazy("forest", "fit_random_forest")),
        HeadEntry("mlp", ANY, "vectors", _lazy("mlp", "fit_mlp")),
        HeadEntry("tfidf", ("text",), "word and character n-grams", _lazy("tfidf", "fit_tfidf"), quick=True),
        HeadEntry("bilstm", ("text",), "words in their order", _lazy("recurrent", "fit_bilstm")),
        HeadEntry(
            "joint", ("fused",), "words in their order, image vectors", _lazy("recurrent", "fit_joint")
        ),
        HeadEntry("gated", ("fused",), "vectors", _lazy("gated", "fit_gated")),
        HeadEntry("zero_shot", ANY, "category names", _lazy("zero_shot", "fit_zero_shot"), needs_names=True),
        HeadEntry(
            "stacking",
            ANY,
            "other heads",
            _lazy("stacking", "fit_stacking"),
            combines=True,
            needs_many_rows=True,
        ),
        HeadEntry("blend", ANY, "other heads", _lazy("blend", "fit_blend"), combines=True),
    )
}
"""Every head, by name."""


def get_head(name: str) -> HeadEntry:
    """Return the registry's entry for `name`.

    Raises
    ------
    CoreError
        If there is no such head; the message lists all heads.
    """
    if name not in HEADS:
        raise CoreError(f"unknown head {name!r}: expected one of {', '.join(HEADS)}, or all")
    return HEADS[name]


def parse_heads(names: str) -> tuple[str, ...]:
    """Split ``"a,b"`` or ``"all"`` into names of heads, in the order given, without duplicates.

    Raises
    ------
    CoreError
        If a name is unknown, or there is none.
    """
    wanted = [name for part in names.split(",") if (name := part.strip())]
    if not wanted:
        raise CoreError(f"no head named: expected some of {', '.join(HEADS)}, or all")
    return tuple(dict.fromkeys(name for one in wanted for name in _named(one)))


def _named(name: str) -> Iterator[str]:
    if name == "all":
        yield from HEADS
    else:
        yield get_head(name).name
