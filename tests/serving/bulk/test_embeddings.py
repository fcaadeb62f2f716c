"""Catalogues become files of vectors: whole, after a kill as well, and in little memory."""

import csv
import os
import signal
import subprocess
import sys
import time

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from core.catalogue.reading import read_chunks
from core.common.errors import CoreError
from core.serving.bulk.embeddings import write_embeddings
from tests import tiny
from tests.paths import ROOT
from tests.serving.bulk.stopping import chunks, hidden


def test_embeddings_have_a_row_for_every_product(unseen, tmp_path):
    write_embeddings(tiny.TinyText(), read_chunks(unseen, "csv", chunk_rows=5), tmp_path / "v.npy")
    vectors = np.load(tmp_path / "v.npy")
    skus = (tmp_path / "v.npy.skus.txt").read_text().splitlines()
    given = pd.read_csv(unseen / "products.csv", keep_default_na=False)
    assert skus == list(given["sku"])
    assert vectors.shape == (len(given), 64)
    np.testing.assert_array_equal(np.linalg.norm(vectors, axis=1) > 0, given["name"] != "")


@pytest.mark.parametrize("ending", [".npy", ".csv", ".parquet"])
def test_embeddings_go_on_where_they_were_stopped(unseen, tmp_path, ending):
    whole, out = tmp_path / f"whole{ending}", tmp_path / f"v{ending}"
    write_embeddings(tiny.TinyText(), chunks(unseen), whole)
    stopped, resumed = tiny.TinyText(), tiny.TinyText()
    with pytest.raises(KeyboardInterrupt):
        write_embeddings(stopped, chunks(unseen, stop_after=3), out)
    assert write_embeddings(resumed, chunks(unseen), out) == 36
    assert out.read_bytes() == whole.read_bytes()
    assert 0 < resumed.encoded < stopped.encoded
    assert hidden(tmp_path) == []


def test_what_has_changed_is_done_anew(unseen, tmp_path):
    data = tiny.write_catalogue(tmp_path / "data", per_class=10, seed=5)
    out = tmp_path / "v.npy"
    with pytest.raises(KeyboardInterrupt):
        write_embeddings(tiny.TinyImage(), chunks(data, stop_after=2), out)
    time.sleep(0.01)
    tiny.draw_image("Shoes", 1).save(data / "images" / "000.png")
    table = (data / "products.csv").read_text().splitlines()
    (data / "products.csv").write_text(
        "\n".join([*table[:9], table[9].replace("with", "without"), *table[10:]])
    )
    resumed, alone = tiny.TinyImage(), tiny.TinyImage()
    write_embeddings(resumed, chunks(data), out)
    write_embeddings(alone, chunks(data), tmp_path / "alone.npy")
    np.testing.assert_array_equal(np.load(out), np.load(tmp_path / "alone.npy"))
    assert resumed.encoded == alone.encoded


def test_another_encoder_does_not_go_on(unseen, tmp_path):
    out = tmp_path / "v.parquet"
    with pytest.raises(KeyboardInterrupt):
        write_embeddings(tiny.TinyText(), chunks(unseen, stop_after=3), out)
    other = tiny.TinyText()
    other.precision = "bf16"
    write_embeddings(other, chunks(unseen), out)
    assert other.encoded > 20
    assert pq.read_schema(out).metadata[b"precision"] == b"bf16"


def test_a_damaged_piece_is_made_anew(unseen, tmp_path):
    out = tmp_path / "v.npy"
    with pytest.raises(KeyboardInterrupt):
        write_embeddings(tiny.TinyText(), chunks(unseen, stop_after=3), out)
    pieces = sorted((tmp_path / ".v.npy.unfinished").iterdir())
    assert len(pieces) == 3
    pieces[0].write_bytes(pieces[0].read_bytes()[:-40])
    pieces[1].write_bytes(b"")
    write_embeddings(tiny.TinyText(), chunks(unseen), out)
    write_embeddings(tiny.TinyText(), chunks(unseen), tmp_path / "alone.npy")
    np.testing.assert_array_equal(np.load(out), np.load(tmp_path / "alone.npy"))


@pytest.mark.parametrize("ending", [".npy", ".csv"])
def test_only_a_file_that_says_so_holds_other_precisions(unseen, tmp_path, ending):
    encoder = tiny.TinyText()
    encoder.precision = "bf16"
    with pytest.raises(CoreError, match=r"only a \.parquet file"):
        write_embeddings(encoder, chunks(unseen), tmp_path / f"v{ending}")
    assert list(tmp_path.iterdir()) == []


def test_a_parquet_file_says_what_made_it(unseen, tmp_path):
    write_embeddings(tiny.TinyText(), chunks(unseen), tmp_path / "v.parquet")
    about = pq.read_schema(tmp_path / "v.parquet").metadata
    assert {key.decode(): value.decode() for key, value in about.items() if key != b"ARROW:schema"} == {
        "encoder": "tiny-text",
        "weights_id": "0" * 16,
        "preprocessing": "1",
        "precision": "fp32",
    }


KILLED = "import sys; from core.cli.commands import main; sys.exit(main(sys.argv[1:]))"


@pytest.mark.slow
def test_a_killed_run_is_finished_by_the_next(tmp_path, times=2):
    """A real kill, of the real command, in the middle of its work."""
    with (tmp_path / "products.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["sku", "name", "category"])
        writer.writerows([f"s{row}", f"shirt {row} {'cotton ' * (row % 7)}", "Shirts"] for row in range(4000))
    out = tmp_path / "vectors.parquet"
    pieces = tmp_path / ".vectors.parquet.unfinished"
    command = [sys.executable, "-c", KILLED, "embed", "--data", str(tmp_path), "--encoder", "minilm", "--out"]
    for number in range(1, times + 1):
        process = subprocess.Popen([*command, str(out)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        while process.poll() is None and len(list(pieces.glob("[0-9a-f]*"))) < 2 * number:
            time.sleep(0.02)
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    kept = {path.name: path.stat().st_mtime_ns for path in pieces.glob("[0-9a-f]*")}
    assert not out.exists()
    assert 4 <= len(kept) < 8
    subprocess.run([*command, str(out)], check=True, capture_output=True)
    subprocess.run([*command, str(tmp_path / "alone.parquet")], check=True, capture_output=True)
    assert not pieces.exists()
    pd.testing.assert_frame_equal(
        pd.read_parquet(out), pd.read_parquet(tmp_path / "alone.parquet"), check_exact=True
    )


MEASURED = """
import sys
from pathlib import Path
from benchmarks.measuring import peak_mb
from core.catalogue.reading import read_chunks
from core.serving.bulk.embeddings import write_embeddings
from tests.tiny import TinyText
from tests.paths import ROOT

write_embeddings(TinyText(), read_chunks(Path(sys.argv[1]), "csv"), Path(sys.argv[2]))
print(peak_mb())
"""


@pytest.mark.slow
@pytest.mark.parametrize("ending", [".npy", ".parquet", ".csv"])
def test_memory_does_not_grow_with_the_catalogue(tmp_path, ending):
    """Six times the products, a description of 1,500 characters each: not 40 MB more."""
    peaks = []
    for rows in (5_000, 30_000):
        folder = tmp_path / str(rows)
        folder.mkdir()
        with (folder / "products.csv").open("w", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["sku", "name", "description", "category"])
            writer.writerows([f"s{i}", f"shirt {i}", f"{i} cotton " * 130, "Shirts"] for i in range(rows))
        command = [sys.executable, "-c", MEASURED, str(folder), str(folder / f"v{ending}")]
        environment = os.environ | {"PYTHONPATH": str(ROOT)}
        done = subprocess.run(command, check=True, capture_output=True, text=True, env=environment)
        peaks.append(float(done.stdout.split()[-1]))
    assert peaks[1] - peaks[0] < 40, peaks
