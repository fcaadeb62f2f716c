"""Read a new catalogue as its owner wants it, and say what was read."""

from __future__ import annotations

from dataclasses import dataclass, replace

from core.building.costs import Size
from core.catalogue.images.files import ImageFiles
from core.catalogue.inspection import Inspection, inspect
from core.catalogue.read_options import ReadOptions
from core.catalogue.recognition import Recognition, recognise
from core.catalogue.sources.opening import open_table
from core.catalogue.upload import MOST_WORKBOOK
from core.common.budget import Budget
from core.common.errors import CatalogueError
from core.views.catalogues.choices import Choices
from core.views.catalogues.source import Source

_READING = Budget(1)  # one table is read at a time: some take half a gigabyte while they are


@dataclass(frozen=True, eq=False)
class Beginning:
    """What a table is recognised as before its owner corrects anything.

    Attributes
    ----------
    columns
        Its columns.
    recognition
        None where not even a name, a description or an image is found.
    problem
        Why there is none.
    """

    columns: tuple[str, ...]
    recognition: Recognition | None
    problem: str = ""

    def columns_of(self, field: str) -> tuple[str, ...]:
        """Return the recognised columns of a field, () if it has none."""
        return () if self.recognition is None else self.recognition.matching.columns_of(field)


@dataclass(frozen=True, eq=False)
class Reading:
    """What was read.

    Attributes
    ----------
    recognition, inspection, images
        How the table is read, what that gives, and its images.
    """

    recognition: Recognition
    inspection: Inspection
    images: ImageFiles

    @property
    def size(self) -> Size:
        """How much there is to build from; images that cannot be opened are counted, too."""
        products, account = self.inspection.products, self.inspection.images
        has_text = any(map(self.recognition.matching.columns_of, ("name", "description")))
        with_image = max(0, min(products, account.found - account.unnamed))
        return Size(products, products if has_text else 0, with_image)


def begin(source: Source, choices: Choices) -> Beginning:
    """Recognise a table; only the encoding and the sheet that are chosen count.

    Raises
    ------
    CatalogueError
        There is no table, or it is not clear which is meant.
    """
    plain = Choices(encoding=choices.encoding, sheet=choices.sheet)
    with _READING.spend(1):
        try:
            recognition = recognise(source.data, _bounded(plain))
        except CatalogueError as error:
            raw = open_table(
                source.data,
                encoding=choices.encoding or None,
                sheet=choices.sheet or None,
                most_workbook=MOST_WORKBOOK,
            )
            return Beginning(tuple(raw.columns), None, str(error))
    return Beginning(tuple(recognition.shape.columns), recognition)


def read(source: Source, choices: Choices) -> Reading:
    """Read a table as its owner wants it, without opening images.

    Raises
    ------
    CatalogueError
        It cannot be read so.
    """
    with _READING.spend(1):
        recognition = recognise(source.data, _bounded(choices))
        return Reading(recognition, inspect(recognition, choices.minimum), recognition.images())


def _bounded(choices: Choices) -> ReadOptions:
    """Return how to read a table in the server's own process; a job's may take more memory."""
    return replace(choices.read_options(), most_workbook=MOST_WORKBOOK)
