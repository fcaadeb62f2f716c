"""Choose the encoders of a catalogue among those at hand, alone and in pairs.

Each candidate is judged by the log loss of a logistic regression on its vectors, out of fold; of those that
are as good as the best, `core.building.candidates` takes the cheapest. No product takes part that would be a
test product with one of them, or that taught one of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from core.building.candidates import MOST_COLD, Candidate, cheapest_good
from core.building.encoder_costs import measure_costs
from core.building.encoder_losses import losses_of
from core.building.encoding import encode_catalogue
from core.building.options import BuildOptions
from core.bundle.encoder_choice import EncoderChoice, JudgedEncoder
from core.catalogue.reading import Catalogue
from core.common.categories import positions_of
from core.common.progress import Progress, silent
from core.evaluation.splits import make_split
from core.features.cache import FeatureCache
from core.features.encoders.cost import NOTHING, EncoderCost
from core.features.encoders.encoder import Encoder, normalised
from core.features.encoders.registry import ENCODERS, load_encoder
from core.features.encoders.side_by_side import SIGN, SideBySide, names_of
from core.features.encoders.training_images import learned_rows
from core.features.products import encode_products

STAGE = "Choosing encoders"
LEAST_ROWS, MOST_ROWS = 50, 2000
"""Products to choose by: with fewer, the usual encoders are taken; of more, a sample."""

Measure = Callable[[Sequence[str]], Mapping[str, EncoderCost]]


@dataclass(frozen=True)
class Choice:
    """The encoders chosen for a catalogue.

    Attributes
    ----------
    names
        Modality -> encoder.
    lines
        What was chosen and why, for the terminal.
    judged
        The same for the bundle: modality -> its candidates, where there were enough products to choose by.
    """

    names: Mapping[str, str]
    lines: tuple[str, ...]
    judged: EncoderChoice


def candidates_at_hand(names: Sequence[str]) -> tuple[str, ...]:
    """Return those of `names` with weights on this machine, then their pairs."""
    alone = [name for name in names if name in ENCODERS and ENCODERS[name].find(None) is not None]
    return (*alone, *(SIGN.join(pair) for pair in combinations(alone, 2)))


def choose_encoders(
    catalogue: Catalogue,
    candidates: Mapping[str, Sequence[str]],
    named: Mapping[str, Encoder],
    options: BuildOptions,
    progress: Progress = silent,
    *,
    measure: Measure = measure_costs,
) -> Choice:
    """Choose an encoder or a pair for each modality in `candidates`.

    Parameters
    ----------
    catalogue
        The products.
    candidates
        Modality -> names to choose from, as `candidates_at_hand` returns them, the usual encoder first.
    named
        Modality -> encoder of the others, where nothing is chosen.
    options
        Seed, cache and images per product of the build to come.
    progress
        Told about it as `STAGE`: a step for each encoder, and one for each candidate that is judged.
    measure
        Takes names of encoders and returns what each costs.

    Raises
    ------
    CatalogueError
        The catalogue cannot be split.
    """
    alone = {m: [name for name in names if SIGN not in name] for m, names in candidates.items()}
    encoders = {name: load_encoder(name, modality=m) for m, names in alone.items() for name in names}
    usual = {m: encoders[names[0]] for m, names in alone.items()}
    image_encoders = [encoders[name] for name in alone.get("image", ())] or [*named.values()]
    judged: dict[str, list[Candidate]] = {}
    lines = []
    steps = _Steps(progress, sum(map(len, alone.values())) + sum(map(len, candidates.values())))
    # As in the build to come, images that cannot be used are left out first: they change the split.
    catalogue, features = encode_catalogue(
        catalogue, {**usual, **named}, options.cache, images_per_product=options.images_per_product
    )
    costs = measure(list(encoders))
    for modality, one in features.items():
        if len(candidates.get(modality, ())) < 2:
            continue
        rows = _judged_rows(catalogue, modality, image_encoders, one.present, options.seed)
        if len(rows) < LEAST_ROWS:
            lines.append(
                f"  {modality}: {usual[modality].name}, the usual encoder; "
                f"expected {LEAST_ROWS} or more products to choose by, got {len(rows)}"
            )
            continue
        vectors = {
            name: _encoded(catalogue, rows, encoders[name], options) for name in steps.of(alone[modality])
        }
        judged[modality] = [
            _judged(catalogue, rows, name, encoders, vectors, costs, options.seed)
            for name in steps.of(candidates[modality])
        ]
    steps.end()
    usual_costs = {m: costs[one.name] for m, one in usual.items() if m in features}
    fixed = sum((cost for m, cost in usual_costs.items() if m not in judged), NOTHING)
    chosen = cheapest_good(judged, fixed, MOST_COLD * sum(cost.cold for cost in usual_costs.values()))
    names = {m: chosen[m].name if m in chosen else usual[m].name for m in candidates}
    record = {m: tuple(_recorded(one, chosen[m]) for one in each) for m, each in judged.items()}
    lines += [_line(m, one) for m, each in record.items() for one in each]
    return Choice(names, tuple(lines), record)


def _judged_rows(
    catalogue: Catalogue, modality: str, image_encoders: Sequence[Encoder], present: np.ndarray, seed: int
) -> np.ndarray:
    """Return rows that no encoder was trained on, and that are test products with none of them."""
    labels, digests = list(catalogue.table["category"]), list(catalogue.table["image_digest"])
    usable = present.copy()
    # What an image encoder was trained on changes the split, so each has its own test products.
    taught = [learned_rows({"image": encoder}, digests) for encoder in image_encoders]
    for learned in {mask.tobytes(): mask for mask in [np.zeros(len(digests), dtype=bool), *taught]}.values():
        split = make_split(labels, catalogue.grouping.numbers, seed=seed, learned=learned)
        usable[split.test] = False
        if modality == "image":
            usable &= ~learned
    rows = np.flatnonzero(usable)
    return np.sort(np.random.default_rng(seed).permutation(rows)[:MOST_ROWS])


def _encoded(catalogue: Catalogue, rows: np.ndarray, encoder: Encoder, options: BuildOptions) -> np.ndarray:
    cache = FeatureCache.open(options.cache, encoder)
    table = catalogue.table.iloc[rows].reset_index(drop=True)
    return encode_products(
        table, catalogue.images, encoder, cache, images_per_product=options.images_per_product
    ).vectors


def _judged(
    catalogue: Catalogue,
    rows: np.ndarray,
    name: str,
    encoders: Mapping[str, Encoder],
    vectors: Mapping[str, np.ndarray],
    costs: Mapping[str, EncoderCost],
    seed: int,
) -> Candidate:
    labels = catalogue.table["category"].map(positions_of(catalogue.classes)).to_numpy(dtype=np.int64)[rows]
    parts = names_of(name)
    losses = losses_of(_vectors(parts, encoders, vectors), labels, catalogue.grouping.numbers[rows], seed)
    return Candidate(name, sum((costs[part] for part in parts), NOTHING), losses)


def _vectors(
    parts: Sequence[str], encoders: Mapping[str, Encoder], vectors: Mapping[str, np.ndarray]
) -> np.ndarray:
    """Return the vectors of an encoder, or of several side by side, standardised by these products."""
    if len(parts) == 1:
        return vectors[parts[0]]
    together = normalised(np.concatenate([vectors[part] for part in parts], axis=1))
    beside = SideBySide([encoders[part] for part in parts])
    return beside.fitted(together).standardised(together)


@dataclass
class _Steps:
    """Counts the steps of the choice."""

    progress: Progress
    total: int
    done: int = 0

    def of(self, names: Sequence[str]) -> Iterator[str]:
        """Yield names, a step each."""
        for name in names:
            self.progress(STAGE, self.done, self.total)
            yield name
            self.done += 1

    def end(self) -> None:
        """Report the last step."""
        self.progress(STAGE, self.total, self.total)


def _recorded(one: Candidate, chosen: Candidate) -> JudgedEncoder:
    return JudgedEncoder(
        one.name, one.loss, one.standard_error, len(one.losses), one.cost, chosen=one is chosen
    )


def _line(modality: str, one: JudgedEncoder) -> str:
    return (
        f"  {modality}: {'*' if one.chosen else ' '}{one.name:38} loss {one.loss:.3f} "
        f"(standard error {one.standard_error:.3f}, {one.products} products out of fold), "
        f"{1000 * one.cost.warm:.1f} ms, {one.cost.cold:.2f} s to load"
    )
