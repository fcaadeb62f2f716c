"""Python's literals, which some publish as JSON."""

from __future__ import annotations

import ast
import warnings
from typing import Any


def read_literal(text: str) -> Any:
    """Return the value of a Python literal.

    Raises
    ------
    ValueError, SyntaxError, MemoryError, RecursionError, TypeError
        If it is none.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # "\\d" and "0if" are data here
        return ast.literal_eval(text)
