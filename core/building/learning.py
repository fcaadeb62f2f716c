"""What a build and a refit learn alike from products whose features are at hand."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from core.building.fault_search import Faults, search_faults
from core.building.head_store import HeadStore
from core.building.judging import Judged, judge_heads
from core.building.promises import Promises, make_promises
from core.building.split_inflation import inflation_of
from core.building.training import train_heads
from core.building.training_data import TrainingData
from core.building.unfinished.forms import INFLATION
from core.building.unfinished.steps import Steps
from core.bundle.layout import GUARDS, HELD_OUT, HELD_OUT_FURTHER, STRANGENESS_FOLDER, TEXTS_FOLDER
from core.bundle.split_inflation import SplitInflation
from core.bundle.strangeness import write_strangeness
from core.bundle.text_profile import write_text_profile
from core.bundle.writer import BundleWriter
from core.common.engine import THIS_PROCESS, Engine
from core.common.progress import Progress, silent
from core.evaluation.acceptance import GUARD, WANTED_PRECISION

if TYPE_CHECKING:
    import pandas as pd

    from core.nearest.graph import Graph


@dataclass(frozen=True, eq=False)
class Learned:
    """Heads that were trained and judged, the faults they found, and whether the split is fair.

    Attributes
    ----------
    store
        The heads' files.
    judged
        What they reach.
    promises
        What can be promised of their answers.
    faults
        What is probably wrong.
    inflation
        What a random split would have promised.
    """

    store: HeadStore
    judged: Judged
    promises: Promises
    faults: Faults
    inflation: SplitInflation | None

    def write(self, writer: BundleWriter) -> None:
        """Write all of it into a bundle but for what stands in the manifest."""
        writer.write_heads(self.store.files)
        writer.write_models(self.judged.models)
        writer.write_predictions(self.judged.predictions)
        writer.write_faults(self.faults.table)
        writer.write_out_of_fold(self.faults.out_of_fold)
        writer.write_frame(HELD_OUT, self.promises.held_out)
        if self.promises.held_out_further is not None:
            writer.write_frame(HELD_OUT_FURTHER, self.promises.held_out_further)
        writer.write_frame(GUARDS, self.promises.guards.to_frame())
        if self.promises.texts is not None:
            write_text_profile(self.promises.texts, lambda name: writer.file(f"{TEXTS_FOLDER}/{name}"))
        write_strangeness(self.promises.strangeness, lambda name: writer.file(f"{STRANGENESS_FOLDER}/{name}"))


def learn(
    data: TrainingData,
    table: pd.DataFrame,
    heads: Sequence[str],
    store: HeadStore,
    graphs: Callable[[], Mapping[str, Graph]] | None = None,
    progress: Progress = silent,
    steps: Steps | None = None,
    *,
    wanted_precision: float = WANTED_PRECISION,
    guard: float = GUARD,
    engine: Engine = THIS_PROCESS,
) -> Learned:
    """Train and judge heads, then search for faults.

    Parameters
    ----------
    data, table
        The products, as numbers and as a table (`search_faults`).
    heads
        Names of the heads.
    store
        Takes the heads' files.
    graphs
        Gives modality -> its graph of neighbours, where the maps need it as well.
    progress
        Called at each stage.
    steps
        Keep what is finished, for a build that goes on.
    wanted_precision, guard
        As for `core.building.promises.make_promises`.
    engine
        Trains the heads.
    """
    steps = steps or Steps()
    trained = train_heads(data, heads, store, progress, steps, engine)
    judged = judge_heads(data, trained)
    promises = make_promises(data, trained, judged, wanted_precision, guard, progress, steps)
    # The maps show the vectors that answer; faults are searched among those of the frozen encoders.
    shared = graphs() if graphs and not data.tuned else None
    faults = search_faults(data, trained, table, shared, progress, steps)
    inflation = steps.take("inflation", INFLATION, lambda: inflation_of(data))
    return Learned(store, judged, promises, faults, inflation)


def now() -> str:
    """Return the time as a manifest states it: ISO 8601, UTC, to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")
