import onnx
import pytest

from core.common.errors import CoreError
from core.heads.served import load_head
from tests.heads.products import train


def test_a_missing_or_broken_file_is_refused(tmp_path):
    with pytest.raises(CoreError, match="no model file"):
        load_head(tmp_path / "none.onnx")
    (tmp_path / "broken.onnx").write_bytes(b"no model at all")
    with pytest.raises(CoreError, match=r"broken\.onnx"):
        load_head(tmp_path / "broken.onnx")


def test_a_file_that_does_not_say_what_it_reads_is_refused(tmp_path):
    train("logistic_regression").save(tmp_path / "head.onnx")
    model = onnx.load(tmp_path / "head.onnx")
    del model.metadata_props[:]
    onnx.save(model, tmp_path / "bare.onnx")
    with pytest.raises(CoreError, match=r"bare\.onnx does not say what it reads; build the bundle again"):
        load_head(tmp_path / "bare.onnx")
