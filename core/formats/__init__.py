"""The known ways a product table is written; one reader a file, one registry."""

from core.errors import CatalogueError
from core.formats.base import Format, ReadOptions
from core.formats.bestbuy import BESTBUY
from core.formats.fashion import FASHION
from core.formats.flipkart import FLIPKART
from core.formats.table import TABLE

__all__ = ["FORMATS", "Format", "ReadOptions", "get_format"]

FORMATS: dict[str, Format] = {format.name: format for format in (FLIPKART, FASHION, BESTBUY, TABLE)}


def get_format(name: str) -> Format:
    """Return the format called `name`.

    Raises
    ------
    CatalogueError
        When there is none; the message lists the known ones.
    """
    if name not in FORMATS:
        raise CatalogueError(f"no format {name!r}; there are {', '.join(FORMATS)}")
    return FORMATS[name]
