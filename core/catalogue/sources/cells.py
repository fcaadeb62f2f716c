"""Values of typed files as people see them: 1234 for 1234.0, ISO dates, lists as JSON."""

from __future__ import annotations

import datetime
import json
import math
from decimal import Decimal
from typing import Any


def number_text(number: float) -> str:
    """Return a number as people see it: whole numbers without ``.0``, others with 15 digits; "" for NaN."""
    if isinstance(number, int):
        return str(number)
    if math.isnan(number):
        return ""
    if number.is_integer() and abs(number) < 1e17:
        return str(int(number))
    text = f"{number:.15g}"
    return text if float(text) == number or "e" not in text else repr(number)


def date_text(date: datetime.date | datetime.time) -> str:
    """Return a date, or a time, in ISO form; a date at midnight is a date."""
    if isinstance(date, datetime.datetime):
        midnight = date.time() == datetime.time()
        return date.date().isoformat() if midnight else date.isoformat(sep=" ")
    return date.isoformat()


def value_text(value: Any) -> str:
    """Return any plain value of Python as a cell: "" for None, JSON for lists and dicts with something in."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return number_text(value)
    if isinstance(value, (datetime.date, datetime.time)):
        return date_text(value)
    if isinstance(value, (list, tuple, dict, set)):
        return json.dumps(_plain(value), ensure_ascii=False) if value else ""
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return str(value)


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, (list, tuple, set)):
        return [_plain(each) for each in value]
    if value is None or isinstance(value, (str, bool, int)):
        return value
    return value_text(value) if not isinstance(value, Decimal) else str(value)
