import os
import subprocess
from pathlib import Path

import pytest

from core.common.errors import CoreError, EncoderError
from core.onnx import export


def test_a_failed_export_gives_one_line_and_leaves_no_file(tmp_path):
    with pytest.raises(CoreError, match="cannot be exported to ONNX") as error:
        export.run_export("no such kind", tmp_path / "source", tmp_path / "out" / "model.onnx")
    assert "\n" not in str(error.value)
    assert not list((tmp_path / "out").iterdir())


def test_a_cached_export_is_made_once(tmp_path, monkeypatch):
    monkeypatch.setenv("PRODUCT_LENS_CACHE", str(tmp_path))
    made = []

    def run(kind, source, target, *arguments, metadata):
        made.append((kind, source, arguments, metadata))
        Path(target).parent.mkdir(parents=True, exist_ok=True)
        Path(target).write_text("model")

    monkeypatch.setattr(export, "run_export", run)
    paths = {export.cached_export("tiny", "abc", "network", Path("weights.h5"), "a:b") for _ in range(2)}
    assert paths == {export.cached_path("tiny", "abc")}
    assert made == [("network", Path("weights.h5"), ("a:b",), None)]
    export.cached_export("tiny", "other", "network", Path("weights.h5"), "a:b", metadata={"a": "b"})
    assert [metadata for *_, metadata in made] == [None, {"a": "b"}]


@pytest.mark.parametrize("content", [b"mod", b"", b"MODEL", None], ids=["cut", "empty", "changed", "gone"])
def test_a_damaged_export_is_made_again(tmp_path, monkeypatch, content):
    monkeypatch.setenv("PRODUCT_LENS_CACHE", str(tmp_path))
    made = []

    def run(kind, source, target, *arguments, metadata):
        assert not Path(target).exists(), "what was damaged has gone before"
        made.append(target)
        Path(target).parent.mkdir(parents=True, exist_ok=True)
        Path(target).write_bytes(b"model")

    monkeypatch.setattr(export, "run_export", run)
    path = export.cached_export("tiny", "abc", "network", Path("weights.h5"))
    path.unlink()
    if content is not None:
        path.write_bytes(content)
        os.utime(path, ns=(0, 0))
    assert export.cached_export("tiny", "abc", "network", Path("weights.h5")) == path
    assert len(made) == 2 and path.read_bytes() == b"model"
    export.cached_export("tiny", "abc", "network", Path("weights.h5"))
    assert len(made) == 2, "the new one is whole"


def test_weights_of_another_model_are_the_users_mistake(tmp_path, monkeypatch):
    errors = "a warning of the library\nexpected 3, got 4\n"
    done = subprocess.CompletedProcess([], export.REFUSED, "", errors)
    monkeypatch.setattr(export.subprocess, "run", lambda *_, **__: done)
    with pytest.raises(EncoderError, match=r"^expected 3, got 4$"):
        export.run_export("keras", tmp_path / "source", tmp_path / "model.onnx")
    assert not list(tmp_path.iterdir())
