import csv

from core.downloads.report import FAILED, FETCHED, Outcome, write_outcomes


def test_no_cell_is_a_formula(tmp_path):
    """Addresses, files and reasons come from a table and from servers of somebody else."""
    file = tmp_path / "outcomes.csv"
    outcomes = [
        Outcome("=1+1", ("@a.jpg",), FETCHED),
        Outcome("https://shop.example/b.jpg", (), FAILED, "=HYPERLINK(1)", "told"),
    ]
    write_outcomes(outcomes, file)
    with file.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.reader(stream))
    assert rows == [
        ["url", "file", "outcome", "reason"],
        ["https://shop.example/b.jpg", "", "failed", "'=HYPERLINK(1): told"],
        ["'=1+1", "'@a.jpg", "fetched", ""],
    ]
