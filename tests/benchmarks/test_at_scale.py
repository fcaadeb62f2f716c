"""The arithmetic for large catalogues, and the page that shows it."""

import re

import numpy as np
import pytest

from benchmarks.at_scale import Plan, Rates, half_bytes, measure, stored_bytes, table
from core.onnx import sessions as runtime
from tests import tiny
from tests.paths import ROOT

PAGE = ROOT / "docs" / "at_scale.md"
PLAN = Plan(products=50_000_000, cores=256, price=0.04, efficiency=0.8)


def rows_of(name: str) -> list[list[float]]:
    """The figures of the page's lines that begin so, units and commas left out."""
    lines = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if name in line and "|" in line]
    return [[float(n) for n in re.findall(r"(?<=\| )[\d.]+", line.replace(",", ""))] for line in lines]


def test_known_answers():
    plan = Plan(products=7200, cores=2, price=3.0, efficiency=0.5)
    assert plan.core_hours(1.0) == 4
    rates = Rates(1.0, 2.0, 4.0, 1000, 2000, 500, 1e6)
    printed = table(plan, rates)
    assert "| all |  | 7 | 3.5 | 21 |" in printed
    assert "| encode texts | 2 | 2 | 1.0 | 6 |" in printed
    assert "| images to read | 1,000,000 | 7 |" in printed


@pytest.mark.parametrize("catalogue", ["Flipkart", "Fashion"])
def test_the_pages_figures_follow_from_its_rates(catalogue):
    (prepared, texts, images, kilobytes), (*core_hours, whole, hours, cost, gigabytes) = rows_of(catalogue)
    expected = [PLAN.core_hours(rate) for rate in (prepared, texts, images)]
    assert core_hours == pytest.approx(expected, abs=1)
    assert whole == pytest.approx(sum(expected), abs=1)
    assert hours == pytest.approx(whole / PLAN.cores, abs=0.06)
    assert cost == pytest.approx(whole * PLAN.price, abs=0.6)
    assert gigabytes == pytest.approx(kilobytes * 50, rel=0.03)


def test_what_a_vector_takes():
    rng = np.random.default_rng(0)
    vectors = rng.standard_normal((2000, 384)).astype(np.float32)
    assert 4 * 384 < stored_bytes(vectors) < 4 * 384 + 60
    assert half_bytes(vectors) < 2 * 384


def test_a_catalogue_is_measured(tmp_path, monkeypatch):
    monkeypatch.setenv(runtime.THREADS, "2")
    tiny.register_tiny_encoders()
    data = tiny.write_catalogue(tmp_path)
    rates = measure(data, "csv", 90, "tiny-text", "tiny-image", 1)
    assert min(rates.prepared, rates.texts, rates.images) > 0
    sizes = [file.stat().st_size for file in (data / "images").iterdir()]
    assert rates.file_bytes == pytest.approx(np.mean(sizes))
