"""Two models of a bundle on its test rows: what tells them apart, and what fusion adds."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.bundle.reader import Bundle
from core.common.recent import Recent
from core.evaluation.fusion_gain import FusionGain, fusion_gain
from core.heads.key import HeadKey
from core.views.words import MODALITIES, head_word

REMEMBERED = 24
"""Heads whose answers are kept in memory."""


@dataclass(frozen=True)
class Answers:
    """What one head says of the test rows.

    Attributes
    ----------
    rows
        int64 (n,): positions in the bundle's table.
    true, predicted
        int64 (n,): positions in the bundle's classes.
    proba
        float64 (n, classes).
    """

    rows: np.ndarray
    true: np.ndarray
    predicted: np.ndarray
    proba: np.ndarray

    def take(self, mask: np.ndarray) -> Answers:
        """Return the answers in `mask`, bool (n,)."""
        return Answers(self.rows[mask], self.true[mask], self.predicted[mask], self.proba[mask])


_remembered: Recent[Answers] = Recent(REMEMBERED)


def answers(bundle: Bundle, modality: str, head: str | None = None) -> Answers:
    """Return one head's answers, the chosen head's where none is named; read once, never to be changed."""
    head = head or bundle.best[modality]
    key = bundle.path, bundle.fingerprint, modality, head
    return _remembered.get(key, lambda: _read(bundle, modality, head))


def _read(bundle: Bundle, modality: str, head: str) -> Answers:
    table = bundle.predictions(modality)
    table = table[table["head"] == head]
    number = {name: place for place, name in enumerate(bundle.classes)}
    return Answers(
        np.array([bundle.row(sku) for sku in table["sku"].tolist()], dtype=np.int64),
        table["true"].map(number).to_numpy(dtype=np.int64),
        table["predicted"].map(number).to_numpy(dtype=np.int64),
        table[[f"p:{name}" for name in bundle.classes]].to_numpy(dtype=np.float64),
    )


def better_single(bundle: Bundle) -> str:
    """Return text or image: the modality whose chosen head got more validation rows right."""
    cards = [model for model in bundle.models if model.chosen and model.modality != "fused"]
    return max(cards, key=lambda model: model.validation_accuracy).modality


def gain_of(bundle: Bundle) -> FusionGain | None:
    """Return what the chosen fused head adds to the better single modality; None without a fused one."""
    if "fused" not in bundle.best:
        return None
    single = better_single(bundle)
    fused, alone = answers(bundle, "fused"), answers(bundle, single)
    return _gain(bundle, fused, alone, (MODALITIES["fused"], f"{MODALITIES[single]} alone"))


def difference(bundle: Bundle, first: HeadKey, second: HeadKey) -> FusionGain:
    """Return what one head, (modality, head), adds to another one, overall and category by category."""
    names = tuple(f"{head_word(head)} ({MODALITIES[modality]})" for modality, head in (first, second))
    return _gain(bundle, answers(bundle, *first), answers(bundle, *second), names)


def _gain(bundle: Bundle, better: Answers, single: Answers, names: tuple[str, str]) -> FusionGain:
    return fusion_gain(
        better.true,
        single.predicted,
        better.predicted,
        bundle.classes,
        names=names,
        groups=_groups(bundle, better.rows),
    )


def _groups(bundle: Bundle, rows: np.ndarray) -> np.ndarray | None:
    return None if bundle.groups is None else np.unique(bundle.groups[rows], return_inverse=True)[1]
