"""How the table that a bundle keeps is read: what is stored beside it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from core.bundle.json_fields import Fields
from core.catalogue.read_options import AUTO, ReadOptions

ROLES = ("table", "join")
"""What a file can be: the table, or the one whose columns are added to it."""
_TEXTS = ("label", "encoding", "sheet", "on")


@dataclass(frozen=True)
class Reading:
    """How the owner's table is read.

    Attributes
    ----------
    name
        What the owner's file was called.
    files
        Role -> file in the folder of the source.
    options
        What the owner chose, but for the path of the joined table.
    """

    name: str
    files: Mapping[str, str]
    options: ReadOptions

    def write(self, file: Path) -> None:
        """Write what :meth:`read` returns, as JSON."""
        options = asdict(self.options)
        names = ("format", "columns", *_TEXTS, "keep_placeholders")
        kept = {
            "name": self.name,
            "files": dict(self.files),
            "options": {name: options[name] for name in names},
        }
        file.write_text(json.dumps(kept, ensure_ascii=False), encoding="utf-8")

    @classmethod
    def read(cls, fields: Fields) -> Reading:
        """Return what :meth:`write` wrote.

        Raises
        ------
        BundleError
            It is something else.
        """
        files = fields.named("files", lambda names, role: names.name(role), ROLES)
        fields.one("files").name("table")
        return cls(fields.text("name"), files, _options(fields.one("options")))


def _options(fields: Fields) -> ReadOptions:
    # What reads tables takes a tenth of a second to import; who classifies a product does not need it.
    from core.catalogue.layouts.registry import LAYOUTS

    columns = fields.named("columns", lambda each, name: each.text(name)) if fields.has("columns") else None
    label, encoding, sheet, on = (fields.text(name) if fields.has(name) else None for name in _TEXTS)
    return ReadOptions(
        format=fields.text("format", (AUTO, *LAYOUTS)),
        label=label,
        columns=columns,
        encoding=encoding,
        sheet=sheet,
        on=on,
        keep_placeholders=fields.flag("keep_placeholders"),
    )
