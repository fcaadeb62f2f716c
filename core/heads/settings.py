"""What users choose of heads: ``HEAD.SETTING=VALUE``. Each head declares its settings in its file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from core.common.errors import CoreError
from core.heads.registry import HeadEntry, get_head
from core.heads.setting import Setting, Value

Wanted = Mapping[str, Mapping[str, Value]]
"""Head -> setting -> the value that a user chose."""


def parse_settings(texts: Iterable[str]) -> dict[str, dict[str, Value]]:
    """Read settings of heads; of two for the same, the last one counts.

    Parameters
    ----------
    texts
        ``HEAD.SETTING=VALUE`` each, such as ``mlp.layers=256,64``.

    Raises
    ------
    CoreError
        A head or setting is unknown, or a value is none that it may have; lists those that are right.
    """
    wanted: dict[str, dict[str, Value]] = {}
    for text in texts:
        name, equals, value = text.partition("=")
        head, point, setting = name.strip().partition(".")
        if not equals or not point:
            raise CoreError(f"expected HEAD.SETTING=VALUE, such as mlp.layers=256,64, got {text[:60]!r}")
        entry = get_head(head)
        declared = _declared(entry, setting)
        try:
            wanted.setdefault(head, {})[setting] = declared.read(value.strip())
        except ValueError:
            raise CoreError(f"{head}.{setting}: expected {declared.expected}, got {value[:60]!r}") from None
    return wanted


def _declared(entry: HeadEntry, name: str) -> Setting[Value]:
    declared = {setting.name: setting for setting in entry.settings}
    if not declared:
        raise CoreError(f"head '{entry.name}' has no settings")
    if name not in declared:
        raise CoreError(
            f"head '{entry.name}' has no setting {name[:60]!r}: expected one of {', '.join(declared)}"
        )
    return declared[name]
