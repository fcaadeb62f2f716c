"""Consoles that cannot show everything, and arguments that are no texts."""

import os
import subprocess
import sys

import pytest

from tests.paths import ROOT


def run(*arguments: bytes | str, **settings: str) -> subprocess.CompletedProcess:
    environment = os.environ | {"PYTHONPATH": str(ROOT), **settings}
    command = [sys.executable, "-m", "core", *arguments]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, check=False)


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "utf-8"])
def test_any_console_shows_what_it_can(tmp_path, encoding):
    (tmp_path / "products.csv").write_text("name,category\nStühle 家具 \U0001f600,家具\n", encoding="utf-8")
    done = run("inspect", "--data", str(tmp_path), PYTHONIOENCODING=encoding, PYTHONUTF8="0")
    assert done.returncode == 0, done.stderr
    assert b"Traceback" not in done.stderr


def test_arguments_that_are_no_utf8_are_one_line(tmp_path):
    done = run("inspect", "--data", str(tmp_path).encode() + b"/\xff\xfe")
    assert (done.returncode, done.stderr.count(b"\n")) == (2, 1), done.stderr
    done = run("build", "--data", str(tmp_path), "--out", str(tmp_path / "x"), "--origin", b"\xff")
    assert (done.returncode, done.stderr.count(b"\n")) == (2, 1), done.stderr
    assert b"--origin: expected UTF-8" in done.stderr
