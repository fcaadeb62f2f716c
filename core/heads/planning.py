"""Which heads are trained for a modality, and which of them a combining head takes as members."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from core.common.modality import sides_of
from core.heads.key import HeadKey
from core.heads.registry import HEADS


def heads_for(
    modality: str,
    names: Sequence[str],
    name_vectors: Mapping[str, np.ndarray],
    *,
    parts: bool = False,
) -> tuple[str, ...]:
    """Return those heads among `names` that can answer from `modality`; combining heads come last.

    A head combines two members or more, of both modalities if it is a fused head; where there are fewer, it
    is left out.

    Parameters
    ----------
    modality
        text, image or fused.
    names
        Names in `core.heads.registry.HEADS`.
    name_vectors
        Modality -> vectors of the category names, where an encoder offers them.
    parts
        Whether the encoders offer the parts of texts and images.
    """
    able = [
        HEADS[name]
        for name in names
        if modality in HEADS[name].modalities
        and (not HEADS[name].needs_names or modality in name_vectors)
        and (not HEADS[name].needs_parts or parts)
    ]
    members = members_for(modality, names)
    enough = len(members) > 1 and {member.modality for member in members} == set(sides_of(modality))
    single = [entry.name for entry in able if not entry.combines]
    return (*single, *(entry.name for entry in able if entry.combines and enough))


def members_for(modality: str, names: Sequence[str]) -> tuple[HeadKey, ...]:
    """Return the members that a combining head for `modality` takes from the heads `names`.

    For text and for image each: one quick head on vectors (two are nearly the same, and each is trained in
    folds, too), and the quick heads that read the words themselves.
    """
    members: list[HeadKey] = []
    for side in sides_of(modality):
        able = [e for e in HEADS.values() if e.name in names and e.quick and side in e.modalities]
        on_vectors = [entry.name for entry in able if entry.only_vectors][:1]
        on_words = [entry.name for entry in able if not entry.only_vectors]
        members += [HeadKey(side, name) for name in (*on_vectors, *on_words)]
    return tuple(members)
