import numpy as np
import pandas as pd
import pytest

from core.bundle import short_csv
from core.bundle.short_csv import write_short_csv
from core.common.spreadsheet import safe_text


def table(rows):
    rng = np.random.default_rng(rows)
    proba = rng.dirichlet(np.full(4, 0.05), size=rows).round(5)
    names = ["=1+1", "a, b", 'with "quotes"', "two\nlines", "-5", "plain", ""]
    columns = {
        "head": pd.Series("tfidf", index=range(rows), dtype="str"),
        "sku": np.array([f"{names[row % len(names)]}" for row in range(rows)], dtype=object),
        "number": np.arange(rows),
        "confidence": proba.max(axis=1),
    }
    shares = {f"p:{name}": column for name, column in zip(("a", "b, c", "=d", "e"), proba.T, strict=True)}
    return pd.DataFrame(columns | shares)


def as_pandas_does(table, file):
    """Every cell by itself: slow, and what bundles have had so far."""
    safe = table.map(lambda cell: safe_text(cell) if isinstance(cell, str) else cell)
    safe.to_csv(file, index=False, float_format=lambda number: f"{number:.6g}".removeprefix("0") or "0")
    return file.read_bytes()


@pytest.mark.parametrize("rows", [0, 1, 20, 21, 150])
def test_the_bytes_are_those_of_cell_by_cell(tmp_path, monkeypatch, rows):
    monkeypatch.setattr(short_csv, "BLOCK", 20)
    write_short_csv(table(rows), tmp_path / "ours.csv")
    assert (tmp_path / "ours.csv").read_bytes() == as_pandas_does(table(rows), tmp_path / "theirs.csv")


def test_numbers_are_short(tmp_path):
    write_short_csv(pd.DataFrame({"p": [0.0, 0.98765, 0.00001, 1.0]}), tmp_path / "ours.csv")
    assert (tmp_path / "ours.csv").read_text().split() == ["p", "0", ".98765", "1e-05", "1"]
