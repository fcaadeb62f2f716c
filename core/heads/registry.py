"""The registry of heads: what each can answer from, and how it is trained."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module

from core.common.errors import CoreError
from core.common.modality import MODALITIES
from core.heads.fitted import FittedHead
from core.heads.setting import Setting, Value
from core.heads.task import TrainingTask

Factory = Callable[[TrainingTask], FittedHead]
ANY = MODALITIES


@dataclass(frozen=True)
class Lazy:
    """A function of a file of this folder, which imports the file when it is first called."""

    module: str
    function: str

    def __call__(self, task: TrainingTask) -> FittedHead:
        """Train a head."""
        fit: Factory = getattr(import_module(f"core.heads.{self.module}"), self.function)
        return fit(task)

    @property
    def settings(self) -> tuple[Setting[Value], ...]:
        """The settings that the file declares, for all its heads; none if it declares none."""
        return getattr(import_module(f"core.heads.{self.module}"), "SETTINGS", ())


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
        Trains it; its module's ``SETTINGS`` are those that a user may choose.
    needs_names
        Whether it needs the category names in the space of the vectors, which not every encoder offers.
    combines
        Whether it combines the probabilities of other heads, of those that are `quick`.
    needs_many_rows
        Whether it has so many weights to combine heads with that only a large training set can fit them.
    words_alone
        Whether it reads the words of a text and no vector.
    needs_parts
        Whether it reads tokens of texts and regions of images, which not every encoder offers.
    quick
        Whether it trains fast enough to be trained several times: in folds, to be combined, and a last time
        on training and validation products.
    beside_others
        Whether several are trained at once, in threads, where products are many (`core.heads.softmax`).
    """

    name: str
    modalities: tuple[str, ...]
    reads: str
    factory: Lazy
    needs_names: bool = False
    combines: bool = False
    needs_many_rows: bool = False
    words_alone: bool = False
    needs_parts: bool = False
    quick: bool = False
    beside_others: bool = False

    @property
    def settings(self) -> tuple[Setting[Value], ...]:
        """What a user may choose of it."""
        return self.factory.settings

    @property
    def only_vectors(self) -> bool:
        """Whether it reads nothing but vectors, and so every language that the text encoder covers."""
        return self.reads == "vectors"


HEADS: dict[str, HeadEntry] = {
    entry.name: entry
    for entry in (
        HeadEntry(
            "logistic_regression",
            ANY,
            "vectors",
            Lazy("linear", "fit_logistic_regression"),
            quick=True,
            beside_others=True,
        ),
        HeadEntry("linear_svm", ANY, "vectors", Lazy("linear", "fit_linear_svm"), quick=True),
        HeadEntry("random_forest", ANY, "vectors", Lazy("forest", "fit_random_forest")),
        HeadEntry("decision_tree", ANY, "vectors", Lazy("tree", "fit_decision_tree")),
        HeadEntry("gradient_boosting", ANY, "vectors", Lazy("boosting", "fit_gradient_boosting")),
        HeadEntry("mlp", ANY, "vectors", Lazy("mlp", "fit_mlp")),
        HeadEntry(
            "tfidf",
            ("text",),
            "word and character n-grams",
            Lazy("tfidf", "fit_tfidf"),
            words_alone=True,
            quick=True,
            beside_others=True,
        ),
        HeadEntry(
            "bilstm", ("text",), "words in their order", Lazy("recurrent", "fit_bilstm"), words_alone=True
        ),
        HeadEntry("joint", ("fused",), "words in their order, image vectors", Lazy("recurrent", "fit_joint")),
        HeadEntry("gated", ("fused",), "vectors", Lazy("gated", "fit_gated")),
        HeadEntry(
            "cross_attention",
            ("fused",),
            "vectors, words and image regions",
            Lazy("attention", "fit_attention"),
            needs_parts=True,
        ),
        HeadEntry("zero_shot", ANY, "category names", Lazy("zero_shot", "fit_zero_shot"), needs_names=True),
        HeadEntry(
            "stacking",
            ANY,
            "other heads",
            Lazy("stacking", "fit_stacking"),
            combines=True,
            needs_many_rows=True,
        ),
        HeadEntry("blend", ANY, "other heads", Lazy("blend", "fit_blend"), combines=True),
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
