"""A whole table on its way through a bundle: some rows at a time, so that it can be watched and stopped."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from core.catalogue.upload import read_chunk
from core.serving.bulk.results import Results, results_frame

if TYPE_CHECKING:
    import pandas as pd

    from core.catalogue.upload import Upload
    from core.serving.predictor import Predictor

ROWS = 32
"""Products between two looks at whether to stop: a second or two of work, and a whole batch of texts."""


@dataclass(frozen=True, eq=False)
class Run:
    """A table being classified.

    Attributes
    ----------
    upload, columns
        The table, and what its columns are to us (`core.catalogue.upload.FIELDS` -> column).
    parts
        What has been classified, in the table's order.
    stopped
        Why it does not go on before its end; "" while it does.
    """

    upload: Upload
    columns: Mapping[str, str]
    parts: tuple[pd.DataFrame, ...] = ()
    stopped: str = ""

    @property
    def done(self) -> int:
        """Products classified."""
        return sum(map(len, self.parts))

    @property
    def total(self) -> int:
        """Products in the table."""
        return len(self.upload.table)

    @property
    def active(self) -> bool:
        """Whether there is more to do and nothing has stopped it."""
        return not self.stopped and self.done < self.total

    def advanced(self, predictor: Predictor, rows: int = ROWS) -> Run:
        """Return the run with its next `rows` products classified.

        Raises
        ------
        CoreError
            An encoder cannot do its work, such as one that asks a service.
        """
        chunk = read_chunk(self.upload, self.columns, self.done, rows)
        part = results_frame(chunk, predictor.predict_frame(chunk), predictor.bundle.modalities)
        return replace(self, parts=(*self.parts, part))

    def stop(self, reason: str) -> Run:
        """Return the run as it is, not to go on; one that has come to its end is not stopped any more."""
        return replace(self, stopped=reason) if self.active else self

    def go_on(self) -> Run:
        """Return the run, to go on where it was stopped."""
        return replace(self, stopped="")

    def results(self) -> Results:
        """Return what there is so far; at least one part must be done."""
        return Results.of(self.parts)
