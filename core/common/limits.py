"""How much visitors may have the server keep and do; ``PRODUCT_LENS_LIMITS`` changes the defaults.

It names limits and numbers, separated by commas: ``PRODUCT_LENS_LIMITS="uploads=800, jobs=20"``.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, fields

from core.common.errors import LimitError

LIMITS = "PRODUCT_LENS_LIMITS"


@dataclass(frozen=True)
class Limits:
    """The limits.

    Attributes
    ----------
    session_uploads
        Megabytes of uploads that one visitor's session may keep in memory at once.
    uploads
        Megabytes of uploads of all sessions.
    catalogues
        Catalogues in the folder of bundles, those that are being built included.
    disk
        Megabytes of that folder with everything in it, jobs and files handed over for them included.
    free_disk
        Megabytes that stay free on its disk.
    own_jobs
        Jobs of one visitor that wait or run.
    jobs
        Jobs of all visitors.
    """

    session_uploads: int = 200
    uploads: int = 400
    catalogues: int = 200
    disk: int = 50_000
    free_disk: int = 500
    own_jobs: int = 5
    jobs: int = 20


NAMES = tuple(each.name for each in fields(Limits))


def limits(settings: Mapping[str, str] | None = None) -> Limits:
    """Return the limits that the environment's settings ask for.

    Raises
    ------
    LimitError
        A name is unknown, or a number is none.
    """
    given = (os.environ if settings is None else settings).get(LIMITS, "")
    chosen: dict[str, int] = {}
    for part in filter(None, (each.strip() for each in given.split(","))):
        name, _, number = (each.strip() for each in part.partition("="))
        if name not in NAMES or not (number.isascii() and number.isdecimal()):
            raise LimitError(f"{LIMITS}: expected a number for one of {', '.join(NAMES)}, got '{part}'")
        chosen[name] = int(number)
    return Limits(**chosen)


def check_limit(name: str, amount: float, most: int, what: str) -> None:
    """Check an amount against the limit `name`, which is `most`.

    Parameters
    ----------
    what
        What is limited, for people, with its unit.

    Raises
    ------
    LimitError
        It is more.
    """
    if amount > most:
        raise LimitError(f"{what}: {most:,} is the most here ({LIMITS}, {name})")
