"""Presses of keys as the browser sends them: again and again until they are said to be done."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Done:
    """The last press that is done: whose, since each open page counts its own, and its number."""

    of: str = ""
    number: int = 0


def new_presses(sent: Any, done: Done) -> Iterator[tuple[Done, str]]:
    """Yield the presses that are not done yet, in their order: what is done with each, and its key.

    Parameters
    ----------
    sent
        What the browser sent: ``{"of": whose, "presses": [[number, key], ...]}``; anything else is ignored.
    done
        The last press that is done.
    """
    if not isinstance(sent, dict) or not isinstance(sent.get("presses"), list):
        return
    of = str(sent.get("of", ""))
    last = done.number if done.of == of else 0
    for press in sent["presses"]:
        match press:
            case [int() as number, str() as key] if number > last:
                last = number
                yield Done(of, number), key
            case _:
                pass
