"""Builders that are killed, and builders that work at once."""

import errno
import os
import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.bundle.listing import list_bundles
from core.bundle.moving import building, previous, recover, replace
from core.bundle.reader import Bundle
from core.bundle.writer import BundleWriter
from core.common.errors import BundleError
from tests.full_disk import room
from tests.paths import ROOT

BUILDER = """
import sys, time
from pathlib import Path
from core.bundle.moving import building
with building(Path(sys.argv[1])) as folder:
    (folder / "work").write_text("hours of it")
    print(folder, flush=True)
    time.sleep(60)
"""


@pytest.fixture
def copy(tiny_bundle, tmp_path):
    return shutil.copytree(tiny_bundle, tmp_path / "artifacts" / "tiny")


@pytest.fixture
def builder(copy):
    """Another process that builds a bundle in the same place; its process id may mean nothing here."""
    command = [sys.executable, "-c", BUILDER, str(copy)]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    yield process, process.stdout.readline().strip()
    process.kill()
    process.wait()


def test_a_bundle_killed_between_its_two_renames_is_in_the_list_again(copy):
    shutil.copytree(copy, copy.parent / ".building-tiny-abc")  # whole, but never moved into place
    copy.rename(previous(copy))
    assert [info.name for info in list_bundles(copy.parent)] == ["tiny"]
    assert Bundle.open(copy).name == "tiny"
    assert not previous(copy).exists()


def test_the_work_of_another_builder_is_left_alone(copy, builder):
    process, folder = builder
    with BundleWriter(copy) as writer:
        assert str(writer.folder) != folder
        assert Path(folder, "work").exists()
    assert Path(folder, "work").exists()
    process.kill()
    process.wait()
    with BundleWriter(copy):
        assert not Path(folder).exists()
    assert [entry.name for entry in copy.parent.iterdir()] == ["tiny"]


def test_a_process_of_an_old_id_protects_nothing(copy):
    left = copy.parent / f".building-tiny-{os.getppid()}"
    left.mkdir()
    with BundleWriter(copy):
        assert not left.exists()


def test_opening_while_a_bundle_is_replaced_finds_the_old_or_the_new_one(copy):
    new, done, problems = copy.parent / "new", threading.Event(), []

    def look() -> None:
        while not done.is_set():
            try:
                recover(copy)
                assert (copy / "manifest.json").exists() or previous(copy).exists() or copy.exists()
            except Exception as error:
                problems.append(error)

    reader = threading.Thread(target=look)
    reader.start()
    for _ in range(30):
        shutil.copytree(copy, new)
        replace(copy, new)
    done.set()
    reader.join()
    assert not problems
    assert Bundle.open(copy).name == "tiny"


def test_a_file_or_a_folder_of_something_else_is_refused_before_anything_is_written(tmp_path):
    (tmp_path / "file").write_text("x")
    (tmp_path / "thesis").mkdir()
    (tmp_path / "thesis" / "text").write_text("years of work")
    for name in ("file", "thesis"):
        with pytest.raises(BundleError, match="other files"), building(tmp_path / name):
            pass
    with pytest.raises(OSError), building(tmp_path / "file" / "below"):
        pass
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["file", "thesis"]


@pytest.mark.parametrize(
    "write",
    [
        lambda writer: writer.write_array("a/b.npy", np.zeros((100, 50))),
        lambda writer: writer.write_shares("a/b.npy", np.zeros(5000)),
        lambda writer: writer.write_frame("a/b.parquet", pd.DataFrame({"a": np.random.rand(5000)})),
        lambda writer: writer.write_table(pd.DataFrame({"a": np.random.rand(5000)})),
        lambda writer: writer.copy(Path(__file__), "a/b.py"),
        lambda writer: writer.file("a/b").write_bytes(b"x" * 5000),
    ],
    ids=["array", "shares", "frame", "table", "copy", "bytes"],
)
def test_nothing_is_left_where_the_disk_is_full(copy, write):
    before = Bundle.open(copy).fingerprint
    with room(2000), pytest.raises(OSError) as full, BundleWriter(copy) as writer:
        write(writer)
    assert full.value.errno == errno.EFBIG  # by which the command line knows it
    assert [entry.name for entry in copy.parent.iterdir()] == ["tiny"]
    assert Bundle.open(copy).fingerprint == before
    started = time.monotonic()
    with BundleWriter(copy):
        pass
    assert time.monotonic() - started < 5  # no lock is left behind
