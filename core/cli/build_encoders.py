"""The encoders of a build: those the user named, the usual ones, or ones chosen for the catalogue."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from core.building.options import BuildOptions
    from core.catalogue.reading import Catalogue
    from core.common.progress import Progress
    from core.features.encoders.encoder import Encoder


def chosen_encoders(
    names: Mapping[str, str],
    free: Mapping[str, Sequence[str]],
    load: Callable[[Mapping[str, str]], dict[str, Encoder]],
    catalogue: Catalogue,
    options: BuildOptions,
    progress: Progress,
) -> dict[str, Encoder]:
    """Load the encoders of a build; those that are free are chosen, where there is a choice, and it is told.

    Parameters
    ----------
    names
        Modality -> encoder: the one the user named, or the usual one.
    free
        Modality -> encoders to choose from, where the user named none.
    load
        Takes modality -> encoder and loads them.
    catalogue, options, progress
        As for `core.building.encoder_choice.choose_encoders`.
    """
    from core.building.encoder_choice import candidates_at_hand, choose_encoders

    candidates = {modality: candidates_at_hand(modality, each) for modality, each in free.items()}
    if all(len(each) < 2 for each in candidates.values()):
        return load(names)
    named = load({modality: name for modality, name in names.items() if modality not in free})
    choice = choose_encoders(catalogue, candidates, named, options, progress)
    print("\n".join(["encoders (* chosen):", *choice.lines]))
    loaded = named | load(choice.names)
    return {modality: loaded[modality] for modality in names}
