"""What is said of a job, by what it does."""

from __future__ import annotations

from typing import NamedTuple


class JobWords(NamedTuple):
    """Words around the name of the catalogue that a job makes."""

    running: str
    """Before its name, while it runs."""
    done: str
    """After its name, once it is done."""
    failed: str
    """After its name, if it failed."""
    goes_on: str
    """What goes on when the page is closed."""


JOB_WORDS = {
    "build": JobWords("Building", "is built", "was not built", "the build"),
    "refit": JobWords("Training", "is trained", "was not trained", "the training"),
}
"""Kind of a job -> its words."""
